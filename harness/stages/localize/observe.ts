import type { TraceWay } from '../../domain/diagnosis.ts';
import type { DeviceFacts, Placement } from '../../domain/run-files.ts';
import type { StoredCase } from '../../domain/suite.ts';
import type { BlobRef, StoredTensor } from '../../domain/tensor.ts';
import { answerOf } from '../compare/answers.ts';
import { expose } from './expose.ts';
import type { ModelRunner } from './model-runner.ts';

/** The target's own tensors, seen without changing what it computes. */
export interface Observed {
  readonly way: TraceWay;
  readonly observerEffect: 'none' | 'perturbed';
  /** The same input gave different outputs with nothing exposed. */
  readonly nondeterministic?: true;
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The model's outputs with nothing exposed. */
  readonly outputs: readonly StoredTensor[];
  readonly device: DeviceFacts;
  readonly placement: Placement;
  readonly notes: readonly string[];
}

export interface ObserveOptions {
  readonly model: BlobRef;
  readonly sample: StoredCase;
  /** In graph order. */
  readonly taps: readonly string[];
  readonly budgetBytes: number;
  readonly sizes: ReadonlyMap<string, number>;
  /** True when the target's tensor is not the reference's: what the search for the first looks at. */
  readonly differs: (tensor: StoredTensor) => boolean;
}

/**
 * Exposing a tensor can break a fusion and so change the result. All taps at once are tried first; when the model's own outputs
 * change with them, one tap a run in a search for the first that differs, leaving out those that still change the outputs.
 */
export async function observe(
  runner: ModelRunner,
  options: ObserveOptions,
): Promise<Observed | { readonly failed: string }> {
  const { model, sample, taps, budgetBytes, sizes } = options;
  const bare = await runner.run({ model, cases: [sample] });
  if (bare.status === 'failed') return { failed: bare.reason };
  // In a session of its own, as every tapped run is.
  const second = await runner.run({ model, cases: [sample] });
  if (second.status === 'failed') return { failed: second.reason };
  const [outputs, again] = [bare.cases[0]?.repeats[0] ?? [], second.cases[0]?.repeats[0] ?? []];
  const { device, placement } = bare;
  const known = new Set([answersOf(outputs), answersOf(again)]);
  const notes =
    known.size > 1
      ? [
          'The target gives different outputs for the same input, so whether a tap changes them cannot be told.',
        ]
      : [];
  const isUnchanged = (found: readonly StoredTensor[]) => known.size > 1 || known.has(answersOf(found));
  const base = {
    ...{ outputs, device, placement },
    ...(known.size > 1 ? { nondeterministic: true as const } : {}),
  };
  const all = await expose(runner, model, sample, taps, budgetBytes, sizes);
  const refusals = [...all.refused].map(([tap, reason]) => `"${tap}" could not be exposed: ${reason}`);
  if (all.outputs.every(isUnchanged)) {
    const seen = { ...base, tensors: all.tensors, notes: [...notes, ...refusals] };
    return {
      way: all.tensors.size === 0 && taps.length > 0 ? 'replay' : 'taps',
      observerEffect: 'none',
      ...seen,
    };
  }
  const single = await searchFirst(runner, options, isUnchanged);
  return {
    way: single.size > 0 ? 'single-taps' : 'replay',
    observerEffect: 'perturbed',
    ...base,
    tensors: single,
    notes: [
      ...notes,
      `Exposing ${taps.length} tensors at once changed the outputs, so what was seen that way is not shown.`,
    ],
  };
}

/** Looks beyond the halving's own: taps that change the outputs cost one each. */
const MOST_LOOKS_SPARED = 16;

/** Tensors seen alone without a change of the outputs: halving between one that agrees and one that differs. */
async function searchFirst(
  runner: ModelRunner,
  { model, sample, taps, differs }: ObserveOptions,
  isUnchanged: (outputs: readonly StoredTensor[]) => boolean,
): Promise<ReadonlyMap<string, StoredTensor>> {
  const seen = new Map<string, StoredTensor>();
  const refused = new Set<string>();
  const most = MOST_LOOKS_SPARED + 4 * Math.ceil(Math.log2(1 + taps.length));
  const look = async (index: number): Promise<StoredTensor | undefined> => {
    const tap = taps[index]!;
    if (seen.has(tap) || refused.has(tap) || seen.size + refused.size >= most) return seen.get(tap);
    const { tensors, outputs } = await expose(runner, model, sample, [tap], Number.POSITIVE_INFINITY);
    const tensor = tensors.get(tap);
    if (!tensor || !outputs.every(isUnchanged)) {
      refused.add(tap);
      return undefined;
    }
    seen.set(tap, tensor);
    return tensor;
  };
  let [low, high] = [0, taps.length];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    // The nearest tap before the middle, or after it, that can be seen.
    const order = [...range(middle, low - 1, -1), ...range(middle + 1, high, 1)];
    let found: { index: number; tensor: StoredTensor } | undefined;
    for (const index of order) {
      const tensor = await look(index);
      if (tensor) found = { index, tensor };
      if (found) break;
    }
    if (!found) break;
    if (differs(found.tensor)) high = found.index;
    else low = found.index + 1;
  }
  return seen;
}

function range(from: number, end: number, step: number): number[] {
  const count = Math.max(0, Math.ceil((end - from) / step));
  return Array.from({ length: count }, (_, index) => from + index * step);
}

function answersOf(outputs: readonly StoredTensor[]): string {
  return outputs.map((output) => `${output.name} ${answerOf(output)}`).join('\n');
}
