import type { FirstDivergence, TargetDiagnosis, TraceRow } from '../../domain/diagnosis.ts';
import type { Placement } from '../../domain/run-files.ts';
import type { PlannedSuite, StoredCase } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import { cutGraph, type GraphCut, type Island } from '../../onnx/graph-cut.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { answerOf } from '../compare/answers.ts';
import { openPairLedger } from '../compare/pair-ledger.ts';
import { type Exposed, expose } from './expose.ts';
import { investigate, type Suspect } from './investigate.ts';
import { isIdentical, type MeasurePair, measureWith } from './measure-pair.ts';
import type { ModelRunner } from './model-runner.ts';
import { perturbedReferenceNotes, recomputedNotes, refusedNotes, unseenNotes } from './notes.ts';
import { type Observed, observe } from './observe.ts';
import { quality } from './quality.ts';
import { replay, tracedTensors } from './replay.ts';
import { type Divergent, withUnseen } from './with-unseen.ts';

/** What localizing tells while it works; a long step shows progress. */
export type LocalizeStep = 'reference' | 'target' | 'replay' | 'experiments';

export interface LocalizeInput {
  readonly suite: PlannedSuite;
  /** Worst first; the first is traced, the others tell causes apart. */
  readonly cases: readonly StoredCase[];
  readonly reference: ModelRunner;
  readonly candidate: ModelRunner;
  /** Outputs that the run holds of the traced case: what it compared with, and what the target gave. */
  readonly captured: {
    readonly reference: readonly StoredTensor[];
    readonly candidate: readonly StoredTensor[];
  };
  readonly blobs: BlobStore;
  /** Tensors on their way at once, bytes. */
  readonly budgetBytes: number;
  readonly onStep: (step: LocalizeStep) => void;
}

/** More islands than these are not looked into: the worst speak for the others. */
const MOST_SUSPECTS = 3;

/**
 * The first tensor that differs along the graph, what each node adds of its own, and the likely cause.
 * A target that cannot run the model at all is a reason, not an exception.
 */
export async function localizeTarget(
  input: LocalizeInput,
): Promise<TargetDiagnosis | { readonly failed: string }> {
  const { suite, cases, reference, candidate, blobs, budgetBytes, onStep } = input;
  const { model } = suite;
  const modelBytes = await blobs.load(model);
  const cut = cutGraph(modelBytes, model.path);
  const measure = measureWith(openPairLedger(blobs));
  const sample = cases[0]!;
  const taps = tapsOf(cut, suite);

  onStep('reference');
  const own = await bareOutputs(reference, model, sample);
  if (typeof own === 'string') return { failed: `the reference could not be computed: ${own}` };
  const exposed = await expose(reference, model, sample, taps, budgetBytes);
  const known = knownTensors(sample, exposed, own);

  onStep('target');
  const observed = await observe(candidate, {
    model,
    sample,
    taps,
    budgetBytes,
    sizes: new Map([...known].map(([name, { bytes }]) => [name, bytes])),
    differs: (tensor) => {
      const expected = known.get(tensor.name);
      return expected !== undefined && answerOf(expected) !== answerOf(tensor);
    },
  });
  if ('failed' in observed) return { failed: observed.failed };

  onStep('replay');
  const replayOptions = {
    modelBytes,
    file: model.path,
    islands: cut.islands,
    known,
    caseName: sample.name,
    blobs,
    budgetBytes,
  };
  const replayed = await replay(candidate, replayOptions);
  const control = await replay(reference, replayOptions);
  const trace = await traceRows(
    cut,
    known,
    observed,
    { candidate: replayed.tensors, reference: control.tensors },
    measure,
  );
  const referenceNotes = perturbedReferenceNotes(own, exposed);
  // Against a reference that taps have changed, only what each node does alone can name the first.
  const way = referenceNotes.length > 0 ? 'replay' : observed.way;
  const first = firstRow(trace, way);
  // A node that errs by itself needs nobody beside it to be blamed.
  const divergent = first && isIdentical(first.intrinsic) ? withUnseen(first, trace, cut) : undefined;
  const suspects = suspectsOf(trace, cut, first, divergent);

  onStep('experiments');
  const found = await investigate(suspects, {
    ...input,
    modelBytes,
    cut,
    known,
    observed,
    replayed: { candidate: replayed.tensors, reference: control.tensors },
    trace,
    measure,
    referenceDevice: exposed.device ?? observed.device,
  });
  return {
    target: candidate.target,
    suite: suite.name,
    case: sample.name,
    observerEffect: observed.observerEffect,
    way: observed.way,
    ...(observed.nondeterministic ? { nondeterministic: true } : {}),
    firstDivergence: first ? divergenceAt(first, suspects[0]!.island, cut, way) : null,
    trace,
    findings: found.findings,
    experiments: found.experiments,
    notes: [
      ...observed.notes,
      ...unseenNotes(divergent),
      ...recomputedNotes(input, own, observed),
      ...referenceNotes,
      ...refusedNotes(exposed.refused, 'the reference could not expose it'),
      ...refusedNotes(replayed.refused, 'it could not be replayed alone'),
      ...found.notes,
    ],
  };
}

/** Cut tensors in graph order; the model's own outputs need no tap. */
function tapsOf(cut: GraphCut, suite: PlannedSuite): readonly string[] {
  const outputs = new Set(suite.model.facts.outputs.map(({ name }) => name));
  return tracedTensors(cut)
    .map(({ tensor }) => tensor)
    .filter((tensor) => !outputs.has(tensor));
}

async function bareOutputs(
  runner: ModelRunner,
  model: PlannedSuite['model'],
  sample: StoredCase,
): Promise<readonly StoredTensor[] | string> {
  const answer = await runner.run({ model, cases: [sample] });
  return answer.status === 'failed' ? answer.reason : (answer.cases[0]?.repeats[0] ?? []);
}

function knownTensors(
  sample: StoredCase,
  exposed: Exposed,
  outputs: readonly StoredTensor[],
): ReadonlyMap<string, StoredTensor> {
  return new Map([
    ...sample.inputs.map((input) => [input.name, input] as const),
    ...outputs.map((output) => [output.name, output] as const),
    ...exposed.tensors,
  ]);
}

/** The same islands from the same inputs, on either side. */
export interface BothReplayed {
  readonly reference: ReadonlyMap<string, StoredTensor>;
  readonly candidate: ReadonlyMap<string, StoredTensor>;
}

async function traceRows(
  cut: GraphCut,
  known: ReadonlyMap<string, StoredTensor>,
  observed: Observed,
  replayed: BothReplayed,
  measure: MeasurePair,
): Promise<readonly TraceRow[]> {
  const own = new Map([
    ...observed.outputs.map((output) => [output.name, output] as const),
    ...observed.tensors,
  ]);
  const providerOf = providers(observed.placement);
  const rows: TraceRow[] = [];
  for (const { tensor, island } of tracedTensors(cut)) {
    const expected = known.get(tensor);
    if (!expected) continue;
    const grid = cut.quantizationOf(tensor);
    const seen = own.get(tensor);
    const [control, again] = [replayed.reference.get(tensor), replayed.candidate.get(tensor)];
    const provider = providerOf(island);
    rows.push({
      tensor,
      node: island.node,
      opType: island.opType,
      nodes: island.nodes,
      dtype: expected.dtype,
      shape: expected.shape,
      accumulated: (seen && (await measure(expected, seen, grid))) ?? null,
      intrinsic: (control && again && (await measure(control, again, grid))) ?? null,
      ...(provider === undefined ? {} : { provider }),
    });
  }
  return rows;
}

/** By node name, where the runtime kept it; else the one provider that ran everything. */
function providers({ nodes }: Placement): (island: Island) => string | undefined {
  const byName = new Map(nodes.map(({ name, provider }) => [name, provider]));
  const all = new Set(nodes.map(({ provider }) => provider));
  const only = all.size === 1 ? [...all][0] : undefined;
  return (island) =>
    byName.get(island.node) ?? island.nodes.map((name) => byName.get(name)).find(Boolean) ?? only;
}

/** What could not be seen is judged by what its node does alone. */
const metricsOf = (row: TraceRow, way: TargetDiagnosis['way']) =>
  way === 'replay' ? (row.intrinsic ?? row.accumulated) : (row.accumulated ?? row.intrinsic);

function firstRow(trace: readonly TraceRow[], way: TargetDiagnosis['way']): TraceRow | undefined {
  return trace.find((row) => metricsOf(row, way) !== null && !isIdentical(metricsOf(row, way)));
}

function divergenceAt(
  row: TraceRow,
  { node, opType, index }: Island,
  { nodeCount }: GraphCut,
  way: TargetDiagnosis['way'],
): FirstDivergence {
  return { tensor: row.tensor, node, opType, index, of: nodeCount, metrics: metricsOf(row, way)! };
}

/** The first that differs, then those that add most of their own: a harmless step at the start must not hide what breaks later. */
function suspectsOf(
  trace: readonly TraceRow[],
  cut: GraphCut,
  first: TraceRow | undefined,
  divergent: Divergent | undefined,
): readonly Suspect[] {
  const guilty = trace.filter(({ intrinsic }) => intrinsic !== null && !isIdentical(intrinsic));
  const worst = [...guilty].sort((left, right) => quality(left) - quality(right));
  const chosen = [...(first ? [first] : []), ...guilty.slice(0, 1), ...worst];
  return [...new Set(chosen)].slice(0, MOST_SUSPECTS).map((row) => {
    const own = cut.islands.find(({ outputs }) => outputs.includes(row.tensor))!;
    const isMerged = row === first && divergent !== undefined && divergent.unseen.length > 0;
    return { row, island: isMerged ? divergent.island : own, isMerged };
  });
}
