import type { CauseFinding } from '../domain/diagnosis.ts';
import { type Difference, differenceOf } from './difference.ts';
import type { Evidence } from './evidence.ts';

export type CauseRule = (evidence: Evidence) => CauseFinding | undefined;

interface Said {
  readonly cause: string;
  readonly confidence: number;
  readonly title: string;
  /** Beyond the first sentence, which says how much differs; undefined ones are left out. */
  readonly because: readonly (string | undefined)[];
  readonly remedy: string;
}

/** A finding on the island's main node; its first sentence says how much differs in the traced case. */
export function finding(evidence: Evidence, { because, ...said }: Said): CauseFinding {
  return {
    ...said,
    node: evidence.island.node,
    evidence: [howMuchDiffers(differenceOf(evidence)), ...because.filter((text) => text !== undefined)],
    background: `docs/causes/${said.cause}.md`,
  };
}

/** "1767 of 2000 elements differ, by up to 19 steps; 92 % of the errors are negative". */
function howMuchDiffers(difference: Difference): string {
  const { count, differing, negative, maxAbs, unit } = difference;
  if (differing === 0) return `None of ${count} elements differ.`;
  const most = unit === 'steps' ? counted(maxAbs, 'step') : number(maxAbs);
  const many = `${differing} of ${count} elements differ`;
  if (maxAbs === 0) return `${many}.`;
  return `${many}, by up to ${most}; ${percent(negative / differing)} of the errors are negative.`;
}

export function counted(count: number, noun: string): string {
  return `${number(count)} ${noun}${count === 1 ? '' : 's'}`;
}

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}

export function number(value: number): string {
  return Number.isInteger(value) && Math.abs(value) < 1e6 ? String(value) : value.toPrecision(3);
}
