import type { CaseComparison, JsonNumber } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { answerQuestion } from './answer-question.ts';
import type { PairLedger } from './pair-ledger.ts';
import { pairOf } from './questions.ts';

/** Two captures of one suite, of which the first takes the reference's place with its first repeat, as a reference target does. */
export interface CapturedPair {
  readonly suite: PlannedSuite;
  readonly reference: CapturedCapture;
  readonly candidate: CapturedCapture;
}

/**
 * What a target answered to one case, against what another did.
 * @param repeatNoise largest |difference| between two repeats of the candidate, in the tensor's unit
 */
export async function compareTargets(
  { suite, reference, candidate }: CapturedPair,
  name: string,
  tensor: string,
  repeatNoise: JsonNumber,
  ledger: PairLedger,
): Promise<CaseComparison> {
  const repeatsOf = (capture: CapturedCapture) =>
    capture.cases.find((entry) => entry.case === name)?.repeats ?? [];
  const expected = repeatsOf(reference)[0] ?? `${reference.target} has no such case`;
  const pair = pairOf(expected, tensor, repeatsOf(candidate));
  if (typeof pair === 'string') return { case: name, status: 'notComparable', reason: pair };
  return {
    case: name,
    ...(await answerQuestion({ suite, case: name, tensor, ...pair, repeatNoise }, ledger)),
  };
}
