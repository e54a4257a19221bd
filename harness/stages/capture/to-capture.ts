import type { Capture, Plan } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import { driverOf, type FleetContext, type JobRequest } from '../../fleet/device-session.ts';
import type { LaneResult } from '../../fleet/lanes.ts';
import { suiteInputsSha256 } from '../../formats/golden-file.ts';

export function jobRequest(
  suite: PlannedSuite,
  delegate: JobRequest['delegate'],
  repeats: number,
): JobRequest {
  const { sha256, bytes } = suite.model;
  return {
    id: `${suite.name}-${delegate.name}`,
    model: { sha256, bytes },
    delegate,
    cases: suite.cases,
    repeats,
    taps: [],
  };
}

/** What a capture file says beside its status. */
export function captureHead(plan: Plan, suite: string, target: string, now: Date) {
  return {
    schemaVersion: 1,
    kind: 'capture',
    suite,
    target,
    planHash: plan.planHash,
    capturedAt: now.toISOString(),
  } as const;
}

/** A lane's result as the immutable record that the run keeps. */
export function toCapture(result: LaneResult, plan: Plan, context: FleetContext, now: Date): Capture {
  const head = captureHead(plan, result.suite, result.target, now);
  if (result.status === 'failed') {
    return { ...head, status: 'failed', reason: result.reason, attempts: result.attempts };
  }
  const { probe, result: answer, request } = result;
  return {
    ...head,
    status: 'captured',
    provenance: {
      device: answer.device,
      driver: driverOf(result.device, context),
      delegate: request.delegate,
      modelSha256: request.model.sha256,
      inputsSha256: suiteInputsSha256(request.cases),
      agentSha256: probe.agentSha256,
      harness: plan.harness,
    },
    placement: answer.placement,
    timings: { sessionMs: result.sessionMs, jobMs: result.jobMs, ...answer.timings },
    ...(answer.peakMemoryBytes === undefined ? {} : { peakMemoryBytes: answer.peakMemoryBytes }),
    cases: answer.cases.map(({ name, repeats }) => ({ case: name, repeats })),
  };
}
