import { diagnose } from '../../diagnosis/diagnose.ts';
import type { Evidence, IslandFacts, Sample, SeenTensor } from '../../diagnosis/evidence.ts';
import { experimentsFor } from '../../diagnosis/experiments.ts';
import type { CauseFinding, Experiment, TraceRow } from '../../domain/diagnosis.ts';
import type { DeviceFacts } from '../../domain/run-files.ts';
import type { StoredCase } from '../../domain/suite.ts';
import { elementCount, type StoredTensor } from '../../domain/tensor.ts';
import { decodeToFloat64 } from '../../numerics/decode.ts';
import type { GraphCut, Island } from '../../onnx/graph-cut.ts';
import { loadTensor } from '../../store/blob-store.ts';
import { answerOf } from '../compare/answers.ts';
import { expose } from './expose.ts';
import type { BothReplayed, LocalizeInput } from './localize-target.ts';
import { isIdentical, type MeasurePair } from './measure-pair.ts';
import type { Observed } from './observe.ts';
import { quality } from './quality.ts';
import { replay } from './replay.ts';

export interface Suspect {
  readonly row: TraceRow;
  readonly island: Island;
  /** The island stands for several, of which the row names the last tensor. */
  readonly isMerged: boolean;
}

export interface InvestigateInput extends LocalizeInput {
  readonly modelBytes: Uint8Array;
  readonly cut: GraphCut;
  /** The reference's tensors of the traced case. */
  readonly known: ReadonlyMap<string, StoredTensor>;
  readonly observed: Observed;
  readonly replayed: BothReplayed;
  readonly trace: readonly TraceRow[];
  readonly measure: MeasurePair;
  readonly referenceDevice: DeviceFacts;
}

export interface Investigated {
  readonly findings: readonly CauseFinding[];
  readonly experiments: readonly Experiment[];
  readonly notes: readonly string[];
}

/** A tensor of more elements is not looked at by rules: as float64 it takes eight bytes an element, and several are held. */
const MOST_ELEMENTS = 2 ** 24;

/** Looks into each suspect: the same inputs on both sides, a second case, and runs with one thing changed. */
export async function investigate(
  suspects: readonly Suspect[],
  input: InvestigateInput,
): Promise<Investigated> {
  const experiments: Experiment[] = [];
  const notes: string[] = [];
  const perSuspect: { severity: number; findings: readonly CauseFinding[] }[] = [];
  for (const suspect of suspects) {
    const facts: IslandFacts = input.cut.factsOf(suspect.island);
    const samples = await samplesOf(suspect, input);
    if (samples.length === 0) {
      notes.push(
        `No cause is sought at "${suspect.row.tensor}": its difference does not show from equal inputs, or it is too large.`,
      );
      continue;
    }
    const side = { device: input.observed.device, delegate: input.candidate.delegate };
    const isRepeatable = await differsAlike(suspect, input);
    if (!isRepeatable)
      notes.push(
        `Alone, the node of "${suspect.row.tensor}" does not show the same difference again: no experiment was made on it.`,
      );
    const tried = isRepeatable ? await tryExperiments(suspect, facts, side, input) : [];
    experiments.push(...tried);
    const { intrinsic, accumulated, provider } = suspect.row;
    const before = await beforeQuantizer(suspect, samples[0]!, input);
    const evidence: Evidence = {
      island: facts,
      samples,
      metrics: (suspect.isMerged || isIdentical(intrinsic) ? accumulated : intrinsic) ?? accumulated ?? {},
      reference: { device: input.referenceDevice, delegate: input.reference.delegate },
      candidate: side,
      experiments: tried,
      trace: input.trace,
      ...(provider === undefined ? {} : { provider }),
      ...(before && { beforeQuantizer: before }),
    };
    // What else a rule would say of the same node is its second thought, but where it ran is no thought.
    const findings = diagnose(evidence).filter(({ cause }, at) => at === 0 || cause === 'silent-fallback');
    perSuspect.push({ severity: quality(suspect.row), findings });
  }
  return { findings: bestFirst(perSuspect), experiments, notes };
}

/** Those of the node with the largest error lead; a cause is told once, and "unknown" only where nothing else is known. */
function bestFirst(
  perSuspect: readonly { readonly severity: number; readonly findings: readonly CauseFinding[] }[],
): readonly CauseFinding[] {
  const worstFirst = [...perSuspect].sort((left, right) => left.severity - right.severity || 0);
  const best = new Map<string, CauseFinding>();
  for (const finding of worstFirst.flatMap(({ findings }) => findings)) {
    const known = best.get(finding.cause);
    if (!known || finding.confidence > known.confidence) best.set(finding.cause, finding);
  }
  const all = [...best.values()];
  const named = all.filter(({ cause }) => cause !== 'unknown');
  return named.length > 0 ? named : all;
}

/** Integers have no NaN: where all errors are of one or two values, what the quantizer was given is looked at. */
async function beforeQuantizer(
  { island }: Suspect,
  { reference: expected, candidate: found }: Sample,
  input: InvestigateInput,
): Promise<Evidence['beforeQuantizer']> {
  const tap = island.hidden.at(-1);
  if (tap === undefined || !/^u?int/.test(found.dtype)) return undefined;
  const wrong = new Set<number>();
  for (let i = 0; i < found.values.length && wrong.size <= 2; i++) {
    if (found.values[i] !== expected.values[i]) wrong.add(found.values[i]!);
  }
  if (wrong.size > 2) return undefined;
  const { reference, candidate, known, cases, blobs, budgetBytes, modelBytes, suite } = input;
  const options = { modelBytes, file: suite.model.path, islands: [island], known, caseName: cases[0]!.name };
  const sides = [];
  for (const runner of [reference, candidate]) {
    const { tensors } = await replay(runner, { ...options, blobs, budgetBytes, taps: [tap] });
    const stored = tensors.get(tap);
    sides.push(stored && (await see(stored, undefined, input)));
  }
  const [left, right] = sides;
  return left && right && { reference: left, candidate: right };
}

async function samplesOf(suspect: Suspect, input: InvestigateInput): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  const first = await traced(suspect, input);
  if (first) samples.push(first);
  for (const another of input.cases.slice(1)) {
    const sample = first && (await further(suspect, another, input));
    if (sample) samples.push(sample);
  }
  return samples;
}

/** The traced case: the replayed tensor, or the target's own where the replay does not show the difference and the inputs agree. */
async function traced(suspect: Suspect, input: InvestigateInput): Promise<Sample | undefined> {
  const { row, island, isMerged } = suspect;
  const { known, observed, replayed, cases } = input;
  const [control, again] = [replayed.reference.get(row.tensor), replayed.candidate.get(row.tensor)];
  const own = observed.tensors.get(row.tensor) ?? observed.outputs.find(({ name }) => name === row.tensor);
  const sample = (reference: StoredTensor, candidate: StoredTensor) =>
    sampleOf(cases[0]!.name, island, known, reference, candidate, input);
  if (isMerged) {
    const together = await further(suspect, cases[0]!, input);
    if (together) return together;
  } else if (control && again && answerOf(control) !== answerOf(again)) return sample(control, again);
  const hasEqualInputs = island.inputs.every((name) => {
    const [expected, seen] = [known.get(name), observed.tensors.get(name)];
    return (
      cases[0]!.inputs.some((given) => given.name === name) ||
      (expected && seen && answerOf(expected) === answerOf(seen))
    );
  });
  return own && hasEqualInputs ? sample(known.get(row.tensor)!, own) : undefined;
}

/** Without a change the node must differ, and as it did: else what vanishes under a change proves nothing. */
async function differsAlike({ row, island, isMerged }: Suspect, input: InvestigateInput): Promise<boolean> {
  const before = input.replayed.candidate.get(row.tensor);
  if (isMerged || !before) return true;
  const { known, candidate, blobs, budgetBytes, modelBytes, suite, cases } = input;
  const { tensors } = await replay(candidate, {
    ...{ modelBytes, file: suite.model.path, islands: [island], known, caseName: cases[0]!.name },
    ...{ blobs, budgetBytes },
  });
  const again = tensors.get(row.tensor);
  const control = input.replayed.reference.get(row.tensor);
  if (!again || !control) return false;
  return answerOf(again) === answerOf(before) && answerOf(again) !== answerOf(control);
}

/** Another case through the island alone. */
async function further(
  { row, island }: Suspect,
  sample: StoredCase,
  input: InvestigateInput,
): Promise<Sample | undefined> {
  const { suite, reference, candidate, blobs, budgetBytes, modelBytes } = input;
  const given = new Map(sample.inputs.map((each) => [each.name, each]));
  const outputs = new Set(suite.model.facts.outputs.map(({ name }) => name));
  const taps = [...new Set([...island.inputs, row.tensor])].filter(
    (name) => !given.has(name) && !outputs.has(name),
  );
  const exposed = await expose(reference, suite.model, sample, taps, budgetBytes);
  const known = new Map([
    ...given,
    ...(exposed.outputs[0] ?? []).map((each) => [each.name, each] as const),
    ...exposed.tensors,
  ]);
  const options = { modelBytes, file: suite.model.path, islands: [island], known, caseName: sample.name };
  const [control, again] = [
    await replay(reference, { ...options, blobs, budgetBytes }),
    await replay(candidate, { ...options, blobs, budgetBytes }),
  ];
  const [expected, found] = [control.tensors.get(row.tensor), again.tensors.get(row.tensor)];
  return expected && found && sampleOf(sample.name, island, known, expected, found, input);
}

async function sampleOf(
  caseName: string,
  island: Island,
  known: ReadonlyMap<string, StoredTensor>,
  reference: StoredTensor,
  candidate: StoredTensor,
  input: InvestigateInput,
): Promise<Sample | undefined> {
  const inputs = island.inputs.map((name) => known.get(name)).filter((tensor) => tensor !== undefined);
  const seen = await Promise.all(
    [reference, candidate, ...inputs].map((tensor, index) => {
      // The candidate's tensor stands for the reference's name.
      const quantization = input.cut.quantizationOf(index === 1 ? reference.name : tensor.name);
      return see(tensor, quantization, input);
    }),
  );
  const [left, right, ...rest] = seen;
  if (!left || !right || rest.some((tensor) => tensor === undefined)) return undefined;
  return { case: caseName, reference: left, candidate: right, inputs: rest as SeenTensor[] };
}

async function see(
  stored: StoredTensor,
  quantization: SeenTensor['quantization'],
  { blobs }: InvestigateInput,
): Promise<SeenTensor | undefined> {
  if (stored.dtype === 'string' || elementCount(stored.shape) > MOST_ELEMENTS) return undefined;
  const { name, dtype, shape } = stored;
  const values = decodeToFloat64(await loadTensor(blobs, stored));
  return { name, dtype, shape, values, ...(quantization && { quantization }) };
}

async function tryExperiments(
  { row, island, isMerged }: Suspect,
  facts: IslandFacts,
  side: Evidence['candidate'],
  input: InvestigateInput,
): Promise<readonly Experiment[]> {
  const { known, candidate, blobs, budgetBytes, modelBytes, suite, measure, cut } = input;
  const expected =
    (isMerged ? undefined : input.replayed.reference.get(row.tensor)) ?? known.get(row.tensor)!;
  const tried: Experiment[] = [];
  for (const { name, change, delegate } of experimentsFor(facts, side)) {
    const head = { name, change, node: island.node };
    const { tensors, refused } = await replay(candidate, {
      modelBytes,
      file: suite.model.path,
      islands: [island],
      known,
      caseName: input.cases[0]!.name,
      blobs,
      budgetBytes,
      change: delegate,
    });
    const found = tensors.get(row.tensor);
    const metrics = found && (await measure(expected, found, cut.quantizationOf(row.tensor)));
    tried.push(
      metrics
        ? { ...head, identical: isIdentical(metrics), metrics }
        : {
            ...head,
            identical: false,
            metrics: {},
            reason: refused.get(row.tensor) ?? 'the runtime gave no such tensor',
          },
    );
  }
  return tried;
}
