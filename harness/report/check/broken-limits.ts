import { groupBy } from '../../domain/group-by.ts';
import type { CheckedTarget, CheckedViolation } from '../../domain/model-check.ts';
import { violationWords, waiverWords } from './words.ts';

/** Limits of one tensor that head breaks, with what they have in common said once. */
export interface BrokenLimits {
  readonly tensor: string;
  /** A limit each; of many the first. */
  readonly words: readonly string[];
  /** Why waivers do not excuse it. */
  readonly waiver: readonly string[];
  readonly violations: readonly CheckedViolation[];
}

const MOST_LIMITS = 8;

export function brokenLimits({ newViolations }: Pick<CheckedTarget, 'newViolations'>): BrokenLimits[] {
  return [...groupBy(newViolations, ({ tensor }) => tensor)].map(([tensor, violations]) => ({
    tensor,
    words: [
      ...violations.slice(0, MOST_LIMITS).map(violationWords),
      ...(violations.length > MOST_LIMITS ? [`${violations.length - MOST_LIMITS} more limits`] : []),
    ],
    waiver: [...new Set(violations.flatMap((each) => waiverWords(each) ?? []))],
    violations,
  }));
}
