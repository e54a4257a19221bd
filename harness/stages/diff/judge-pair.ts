import { matches } from '../../config/match.ts';
import type { Budgets } from '../../domain/budgets.ts';
import type { Status, Verdict } from '../../domain/run-files.ts';
import { STATUSES } from '../../domain/run-files.ts';
import type { DType } from '../../domain/tensor.ts';
import type { Tolerances } from '../../numerics/default-tolerances.ts';
import type { ElementComparison } from '../../numerics/element-comparison.ts';
import { type Judging, judgeValues } from '../judge/judge-values.ts';
import type { Compared } from '../judge/measured.ts';
import { stateVerdict } from '../judge/verdict.ts';
import type { NameInBudgets } from './file-names.ts';

/** What the tensors of a diff are held against. */
export interface DiffRules {
  /** undefined: NumPy's allclose decides. */
  readonly budgets: Budgets | undefined;
  readonly tolerances: Readonly<Record<DType, Tolerances>>;
  readonly now: Date;
}

type Measured = Extract<ElementComparison, { status: 'compared' }>;

/** Verdicts have a suite and a target; two sides of a diff have none. */
const NOBODY = { suite: '*', case: '*', target: '*' } as const;

/** Whether every element is close, by NumPy's rule: NaN equals nothing. A measure that is missing is not 0. */
export function allClose({ metrics }: Measured): Status {
  return metrics.mismatch_fraction === 0 ? 'PASS' : 'FAIL';
}

/** The verdicts of the budgets on one tensor. `tensor:` may be its name as shown or its own within its case. */
export function judgePair(
  tensor: string,
  name: NameInBudgets,
  header: { readonly dtype: DType; readonly shape: readonly number[] },
  measured: Measured,
  rules: DiffRules,
): readonly Verdict[] {
  const { budgets, tolerances, now } = rules;
  const judging: Judging = {
    ...NOBODY,
    subject: { suite: '*', device: '', delegate: '', soc: '', tags: [] },
    determinism: undefined,
    budgets,
    tolerances,
    now,
    matches: (match, subject) => {
      const inCase = { ...subject, case: name.case ?? '*' };
      return matches(match, inCase) || matches(match, { ...inCase, tensor: name.tensor });
    },
  };
  // Digests tell a capture from a later one; nothing here is captured.
  const compared: Compared = {
    ...measured,
    ...NOBODY,
    ...header,
    tensor,
    digest: { reference: '', candidate: '' },
  };
  return judgeValues(judging, tensor, [compared], 1);
}

/** A pair that cannot be compared, as a verdict. */
export function refusal(tensor: string, reason: string): Verdict {
  return stateVerdict(
    { ...NOBODY, tensor, metric: 'comparable' },
    'NOT_COMPARABLE',
    reason,
    'names, shapes and dtypes are compared first',
  );
}

/** The worst status of some verdicts; none at all is no pass. */
export function worstOf(verdicts: readonly Verdict[]): Status {
  return STATUSES.find((status) => verdicts.some((verdict) => verdict.status === status)) ?? 'INCOMPLETE';
}
