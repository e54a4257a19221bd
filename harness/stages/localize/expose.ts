import type { DeviceFacts, Placement } from '../../domain/run-files.ts';
import type { StoredCase } from '../../domain/suite.ts';
import type { BlobRef, StoredTensor } from '../../domain/tensor.ts';
import { inBatches } from './in-batches.ts';
import type { ModelRunner } from './model-runner.ts';

/** What one side computed of one case. */
export interface Exposed {
  /** Tensors inside the graph by name. */
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** The model's own outputs beside each batch of taps. */
  readonly outputs: readonly (readonly StoredTensor[])[];
  /** Tensors that could not be exposed, and why. */
  readonly refused: ReadonlyMap<string, string>;
  readonly device?: DeviceFacts;
  readonly placement?: Placement;
}

/** Tensors whose size nobody knows yet: so many of them share a first run. */
const UNKNOWN_SHARE = 1 / 16;

/**
 * Runs the model with tensors exposed, as many at once as fit the budget.
 * @param sizes bytes of tensors that are known already; those that turn up are learnt from
 */
export async function expose(
  runner: ModelRunner,
  model: BlobRef,
  sample: StoredCase,
  taps: readonly string[],
  budgetBytes: number,
  sizes: ReadonlyMap<string, number> = new Map(),
): Promise<Exposed> {
  const tensors = new Map<string, StoredTensor>();
  const outputs: (readonly StoredTensor[])[] = [];
  let device: DeviceFacts | undefined;
  let placement: Placement | undefined;
  const missing = new Set<string>();
  let largest = 0;
  const wanted = new Set(taps);
  const { failed } = await inBatches(
    taps,
    (tap) => sizes.get(tap) ?? (largest || budgetBytes * UNKNOWN_SHARE),
    budgetBytes,
    async (batch) => {
      const answer = await runner.run({ model, cases: [sample], taps: batch });
      if (answer.status === 'failed') return answer;
      const all = answer.cases[0]?.repeats[0] ?? [];
      for (const tensor of all) {
        if (!wanted.has(tensor.name)) continue;
        tensors.set(tensor.name, tensor);
        largest = Math.max(largest, tensor.bytes);
      }
      const tapped = new Set(batch);
      outputs.push(all.filter(({ name }) => !tapped.has(name)));
      for (const tap of batch) if (!tensors.has(tap)) missing.add(tap);
      ({ device, placement } = answer);
      return { status: 'done', value: undefined };
    },
  );
  return {
    tensors,
    outputs,
    refused: new Map([
      ...failed.map(({ item, reason }) => [item, reason] as const),
      ...[...missing].map((tap) => [tap, 'the answer lacks it'] as const),
    ]),
    ...(device && { device }),
    ...(placement && { placement }),
  };
}
