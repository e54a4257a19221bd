import type { BaselineBook } from '../../domain/baseline.ts';
import type { TargetName } from '../../domain/device.ts';
import { groupBy } from '../../domain/group-by.ts';
import { environmentClassOf } from '../baseline/environment-class.ts';
import { answerOf, distinctAnswers, repeatsOf } from '../compare/answers.ts';
import type { Delivery } from '../deliveries.ts';
import type { Approved } from './judge-baseline.ts';

/** Who agrees with whom is asked only where an approved answer changed, and then once for each tensor. */
export function approvedBySuite(
  book: BaselineBook,
  candidates: readonly Delivery[],
): (suite: string, target: TargetName) => Approved {
  const bySuite = groupBy(book.baselines, ({ suite }) => suite);
  const known = new Map<string, ReadonlyMap<TargetName, string>>();
  const environments = new Map(
    [...bySuite.keys()].map((suite) => [suite, environmentsOf(candidates, suite)] as const),
  );
  const answersTo = (suite: string, tensor: string) => {
    const key = `${suite}\0${tensor}`;
    const found = known.get(key) ?? answersOf(candidates, suite, tensor);
    known.set(key, found);
    return found;
  };
  return (suite, target) => ({
    book,
    ofSuite: bySuite.get(suite) ?? [],
    environments: environments.get(suite) ?? new Map(),
    peers: (tensor) => {
      const answers = answersTo(suite, tensor);
      const own = answers.get(target);
      return [...answers].flatMap(([name, answer]) => (answer === own ? [name] : []));
    },
  });
}

function environmentsOf(candidates: readonly Delivery[], suite: string): ReadonlyMap<TargetName, string> {
  return new Map(
    candidates.flatMap((delivery): [TargetName, string][] =>
      delivery.status === 'captured' && delivery.planned.suite === suite
        ? [[delivery.planned.target, environmentClassOf(delivery.capture.provenance.device).id]]
        : [],
    ),
  );
}

function answersOf(
  candidates: readonly Delivery[],
  suite: string,
  tensor: string,
): ReadonlyMap<TargetName, string> {
  return new Map(
    candidates.flatMap((delivery): [TargetName, string][] => {
      if (delivery.status !== 'captured' || delivery.planned.suite !== suite) return [];
      const answers = delivery.capture.cases.map((entry) =>
        distinctAnswers(repeatsOf(entry, tensor)).map(answerOf).sort().join(' '),
      );
      return [[delivery.planned.target, answers.join('\n')]];
    }),
  );
}
