import type { EquivalenceClass } from '../../domain/run-files.ts';
import type { ReportInput } from '../report-input.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import { referenceWords } from '../wording.ts';
import type { ClassHead, SuiteHead, TensorClasses } from './page-data.ts';

/** In the plan's order. */
export function suiteHeads(input: ReportInput, targets: readonly SuiteTarget[]): SuiteHead[] {
  return input.plan.suites.map((suite) => {
    const { task, model, budgets } = suite;
    const equivalence = input.equivalence.suites.find((each) => each.suite === suite.name);
    const placement = input.placement?.suites.find((each) => each.suite === suite.name);
    return {
      name: suite.name,
      folder: suite.folder,
      model: { path: model.path, sha256: model.sha256, bytes: model.bytes },
      reference: referenceWords(suite),
      cases: suite.cases.length,
      outputs: model.facts.outputs,
      classes: classHeads(equivalence?.overall ?? [], targetIndex(targets, suite.name)),
      fusions: placement?.fusions ?? [],
      ...(budgets === undefined ? {} : { budgets: budgets.path }),
      ...(placement?.fusionsUnknown === undefined ? {} : { fusionsUnknown: placement.fusionsUnknown }),
      ...(task === undefined
        ? {}
        : {
            task: {
              output: task.output,
              topK: task.topK,
              ...(task.labels === undefined ? {} : { labels: task.labels }),
              ...(task.batchAxis === undefined ? {} : { batchAxis: task.batchAxis }),
            },
          }),
    };
  });
}

export function tensorClasses(
  input: ReportInput,
  suite: string,
  targets: readonly SuiteTarget[],
): TensorClasses[] {
  const indexOf = targetIndex(targets, suite);
  const tensors = input.equivalence.suites.find((each) => each.suite === suite)?.tensors ?? [];
  return tensors.map(({ tensor, classes }) => ({ tensor, classes: classHeads(classes, indexOf) }));
}

function classHeads(classes: readonly EquivalenceClass[], indexOf: ReadonlyMap<string, number>): ClassHead[] {
  return classes
    .map(({ id, reference, targets }) => ({
      id,
      reference,
      targets: targets.flatMap((target) => indexOf.get(target) ?? []),
    }))
    .sort((left, right) => right.targets.length - left.targets.length);
}

/** Indices of the suite's targets among all. */
function targetIndex(targets: readonly SuiteTarget[], suite: string): ReadonlyMap<string, number> {
  return new Map(
    targets.flatMap((each, index): [string, number][] =>
      each.suite === suite ? [[each.target, index]] : [],
    ),
  );
}
