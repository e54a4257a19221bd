import { inLanes } from '../../comparison/in-lanes.ts';
import { THREADS } from '../../comparison/threads.ts';
import type { CheckedAgreement } from '../../domain/model-check.ts';
import type { CaseComparison } from '../../domain/run-files.ts';
import { type CapturedPair, compareTargets } from '../compare/compare-targets.ts';
import type { PairLedger } from '../compare/pair-ledger.ts';
import { tensorNames } from '../compare/questions.ts';
import { decisionsOf, pooledShare } from './decision-values.ts';

/** Changed samples that are named; all of them are counted. */
const MOST_FLIPPED = 50;

/** Head's outputs of one suite on one target held against base's on the same; base takes the reference's place. */
export async function compareAnswers(pair: CapturedPair, ledger: PairLedger): Promise<CheckedAgreement> {
  const headOf = new Map(pair.candidate.cases.map((entry) => [entry.case, entry.repeats]));
  const asks = pair.reference.cases.flatMap((entry) =>
    [...tensorNames(pair.suite, entry.repeats[0] ?? [], headOf.get(entry.case) ?? [])].map((tensor) => ({
      case: entry.case,
      tensor,
    })),
  );
  const compared = await inLanes(asks, 2 * THREADS, (ask) =>
    compareTargets(pair, ask.case, ask.tensor, 0, ledger),
  );
  return agreementOf(compared);
}

function agreementOf(compared: readonly CaseComparison[]): CheckedAgreement {
  const cases = new Set(compared.map((each) => each.case));
  const differing = new Set(
    compared.filter((each) => each.status !== 'compared' || !each.identical).map((each) => each.case),
  );
  const decisions = decisionsOf(compared);
  const agreement = pooledShare(decisions, 'top1_agreement');
  const sum = (key: 'samples' | 'flips' | 'near_ties') =>
    decisions.reduce((total, each) => total + each[key], 0);
  return {
    cases: cases.size,
    identicalCases: cases.size - differing.size,
    samples: sum('samples'),
    ...(agreement === null ? {} : { top1_agreement: agreement }),
    flips: sum('flips'),
    near_ties: sum('near_ties'),
    flipped: decisions.flatMap(({ flipped }) => flipped).slice(0, MOST_FLIPPED),
  };
}
