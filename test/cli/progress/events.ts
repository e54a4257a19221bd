import type { Plan } from '../../../harness/domain/run-files.ts';
import type { CaptureEvent } from '../../../harness/stages/capture.ts';
import { sampleRun } from '../../report/sample-run.ts';

/** A plan of three captures on two devices, and what is told of them, a second an event. */

const { plan } = sampleRun();

export const PLAN: Plan = {
  ...plan,
  repeats: 3,
  captures: ['a/x', 'a/y', 'b/x'].map((target) => ({
    ...plan.captures[0]!,
    target: target as `${string}/${string}`,
  })),
};
export const SUITE = PLAN.captures[0]!.suite;

type Phase = Exclude<CaptureEvent['phase'], 'begun'>;

export function event(phase: Phase, target: string, seconds: number, reason?: string): CaptureEvent {
  const device = target.split('/')[0]!;
  const told = { phase, target, suite: SUITE, device, atMs: seconds * 1000 };
  return { ...told, ...(reason === undefined ? {} : { reason }) } as CaptureEvent;
}

export const BEGUN: CaptureEvent = { phase: 'begun', due: 3, held: 0, atMs: 0 };
export const QUEUED: readonly CaptureEvent[] = PLAN.captures.map(({ target }) => event('queued', target, 0));
