import { inLanes } from '../comparison/in-lanes.ts';
import { THREADS } from '../comparison/threads.ts';
import type {
  ClassPairs,
  Comparisons,
  Determinism,
  Equivalence,
  Plan,
  TargetComparisons,
} from '../domain/run-files.ts';
import type { Stability } from '../domain/stability.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import { comparisonsByTarget } from '../domain/target-comparisons.ts';
import { type BlobStore, openBlobStore } from '../store/blob-store.ts';
import { openRunLog } from '../store/log.ts';
import {
  readPlan,
  writeClassPairs,
  writeComparisons,
  writeDeterminism,
  writeEquivalence,
  writePlacement,
} from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { answerQuestion } from './compare/answer-question.ts';
import { classify } from './compare/classify.ts';
import { type ClassifiedSuite, compareClasses } from './compare/compare-classes.ts';
import { measureDeterminism, type TargetDeterminism } from './compare/measure-determinism.ts';
import { measuredLists } from './compare/measured-lists.ts';
import { type CompareStatistics, openPairLedger, type PairLedger } from './compare/pair-ledger.ts';
import { questionsOf } from './compare/questions.ts';
import { referenceOutputs } from './compare/reference-outputs.ts';
import { readStabilities, withStability } from './compare/with-stability.ts';
import { type CapturedCapture, type Delivery, readDeliveries } from './deliveries.ts';
import { attestPlacement } from './placement.ts';

/** What the plan asked for and no comparison could be made of. */
export interface LeftOut {
  readonly suite: string;
  readonly target: string;
  readonly reason: string;
}

export interface Compared {
  readonly comparisons: Comparisons;
  readonly equivalence: Equivalence;
  readonly determinism: Determinism;
  readonly classPairs: ClassPairs;
  /** Of what is held against the reference. */
  readonly statistics: CompareStatistics;
}

/** More than threads, so that files are read while others are compared. */
const LANES = 2 * THREADS;

/**
 * Captures -> metrics, classes and determinism. No verdict in it; the same files give the same bytes. The work grows with the
 * number of different answers, not with the number of targets.
 * @param stabilities what was found beyond repeats; folded into determinism
 */
export async function compare(
  plan: Plan,
  deliveries: readonly Delivery[],
  blobs: BlobStore,
  stabilities: readonly Stability[] = [],
): Promise<Compared> {
  const captured = deliveries.flatMap((delivery) =>
    delivery.status === 'captured' ? [{ ...delivery, capture: delivery.capture }] : [],
  );
  const ledger = openPairLedger(blobs);
  const ofTargets: TargetComparisons[] = [];
  const equivalence: Equivalence['suites'][number][] = [];
  const determinism: (readonly TargetDeterminism[])[] = [];
  const classified: ClassifiedSuite[] = [];
  let pairsAsked = 0;
  for (const suite of plan.suites) {
    const ofSuite = captured.filter(({ planned }) => planned.suite === suite.name);
    const candidates = ofSuite.filter(({ planned }) => planned.role === 'candidate').map((d) => d.capture);
    const reference = referenceOutputs(
      suite,
      ofSuite.map(({ capture }) => capture),
    );
    const measured = await measureAll(suite, candidates, ledger.noise);
    const { questions, asked } = questionsOf(suite, candidates, reference, measured);
    const bodies = await inLanes(questions, LANES, (question) => answerQuestion(question, ledger));
    const answers = new Map(questions.map((question, index) => [question, bodies[index]!]));
    const measuredOf = measuredLists(answers);
    for (const [index, { target }] of candidates.entries()) {
      const { list, pairs } = measuredOf(asked[index]!);
      ofTargets.push({ suite: suite.name, target, measured: list });
      pairsAsked += pairs;
    }
    determinism.push(measured.map((each) => withStability(each, stabilities)));
    const classes = classify(suite, candidates, reference);
    equivalence.push(classes);
    classified.push({ suite, captures: candidates, determinism: measured, tensors: classes.tensors });
  }
  const statistics = { pairsAsked, ...ledger.statistics() };
  const classPairs = await compareClasses(classified, ledger, LANES);
  return {
    comparisons: comparisonsByTarget({ schemaVersion: 1, kind: 'comparisons', run: plan.run }, ofTargets),
    equivalence: { schemaVersion: 1, kind: 'equivalence', suites: equivalence },
    determinism: { schemaVersion: 1, kind: 'determinism', targets: determinism.flat() },
    classPairs: { schemaVersion: 1, kind: 'class-pairs', run: plan.run, ...classPairs },
    statistics,
  };
}

/** The stage: reads plan and captures, writes comparisons, equivalence, determinism, class pairs and placement. */
export async function compareRun(
  run: RunFolder,
  clock: () => Date = () => new Date(),
): Promise<Compared & { readonly leftOut: readonly LeftOut[] }> {
  const plan = await readPlan(run);
  const deliveries = await readDeliveries(run, plan);
  const blobs = openBlobStore(runPaths.blobs(run));
  const compared = await compare(plan, deliveries, blobs, await readStabilities(run, plan));
  await writeComparisons(run, compared.comparisons);
  await writeEquivalence(run, compared.equivalence);
  await writeDeterminism(run, compared.determinism);
  await writeClassPairs(run, compared.classPairs);
  await writePlacement(run, await attestPlacement(plan, deliveries, blobs));
  openRunLog(run, clock)('compared', { ...compared.statistics });
  const leftOut = deliveries.flatMap((delivery): LeftOut[] => {
    const { planned, status } = delivery;
    const isGap = status === 'absent' || (status === 'skipped' && !planned.optional);
    return isGap ? [{ suite: planned.suite, target: planned.target, reason: delivery.reason }] : [];
  });
  return { ...compared, leftOut };
}

/** What was measured of some answers holds for all who gave them. */
async function measureAll(
  suite: PlannedSuite,
  captures: readonly CapturedCapture[],
  noiseOf: PairLedger['noise'],
): Promise<readonly TargetDeterminism[]> {
  const different = [...new Map(captures.map((capture) => [capture.cases, capture])).values()];
  const measured = await inLanes(different, LANES, (capture) => measureDeterminism(suite, capture, noiseOf));
  const byAnswers = new Map(different.map(({ cases }, index) => [cases, measured[index]!]));
  return captures.map(({ cases, target }) => ({ ...byAnswers.get(cases)!, target }));
}
