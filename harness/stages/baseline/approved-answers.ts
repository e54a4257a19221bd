import type { BaselineAnswer, BaselineCase, BaselinePlacement } from '../../domain/baseline.ts';
import { groupBy } from '../../domain/group-by.ts';
import type { Placement } from '../../domain/run-files.ts';
import { answerOf, distinctAnswers, repeatsOf } from '../compare/answers.ts';
import type { CapturedCapture } from '../deliveries.ts';
import { type Compared, pooledMetrics } from '../judge/measured.ts';

/**
 * A target's answer to one tensor as a baseline keeps it.
 * @param compared all comparisons of the tensor, in the order of the suite's cases; undefined is given back where a case lacks one
 */
export function baselineAnswerOf(
  capture: CapturedCapture,
  tensor: string,
  compared: readonly Compared[],
): BaselineAnswer | undefined {
  const cases = capture.cases.flatMap((entry): BaselineCase[] => {
    const comparison = compared.find((each) => each.case === entry.case);
    if (comparison === undefined) return [];
    const answers = distinctAnswers(repeatsOf(entry, tensor)).map(answerOf).sort();
    const { digest, identical } = comparison;
    return [{ case: entry.case, reference: digest.reference, answers, identical }];
  });
  if (cases.length === 0 || cases.length < capture.cases.length) return undefined;
  const metrics = pooledMetrics(compared);
  return { schemaVersion: 1, kind: 'baseline-answer', suite: capture.suite, tensor, cases, metrics };
}

export function baselinePlacementOf({ requested, status, nodes }: Placement): BaselinePlacement {
  const byProvider = groupBy(nodes, ({ provider }) => provider);
  const counts = [...byProvider].map(([provider, own]) => ({ provider, count: own.length }));
  return {
    requested,
    status,
    nodes: counts.sort((left, right) => (left.provider < right.provider ? -1 : 1)),
  };
}
