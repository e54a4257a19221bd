import type { PlannedSuite, StoredCase } from '../../domain/suite.ts';
import type { StoredTensor, Tensor } from '../../domain/tensor.ts';
import { type BlobStore, loadTensor, storeTensor } from '../../store/blob-store.ts';
import { axisOf, joinSamples, takeSamples } from './take-samples.ts';

/** A case whose samples can be put in another order. */
export interface Batch {
  readonly axis: number;
  readonly samples: number;
  /** The model declares no fixed batch size: fewer samples may run than the case holds. */
  readonly isResizable: boolean;
  /** The case with these samples, in this order. */
  take(samples: readonly number[]): Promise<StoredCase>;
  /** Whether an output of a batch of that size holds one entry per sample. */
  holdsSamples(output: StoredTensor, of: number): boolean;
  /** The outputs of batches that hold these samples, as one batch in rising order; undefined where they do not fit together. */
  gather(outputs: readonly StoredTensor[], samples: readonly number[]): Promise<StoredTensor | undefined>;
}

/** A case as a batch, or why it cannot be taken apart. */
export async function batchOf(
  suite: PlannedSuite,
  sample: StoredCase,
  blobs: BlobStore,
): Promise<Batch | { readonly reason: string }> {
  const axis = suite.task?.batchAxis;
  if (axis === undefined) return { reason: 'the suite names no batch axis' };
  const inputs = await Promise.all(sample.inputs.map((input) => loadTensor(blobs, input)));
  const lengthOf = ({ shape }: Pick<Tensor, 'shape'>) => {
    const at = axisOf(shape, axis);
    return at === undefined ? undefined : shape[at];
  };
  const samples = inputs.map(lengthOf).find((length) => length !== undefined);
  if (samples === undefined) return { reason: `no input has the batch axis ${axis}` };
  if (samples < 2) return { reason: 'the case holds one sample alone' };
  const batched = inputs.filter((input) => lengthOf(input) === samples);
  if (batched.some((input) => takeSamples(input, axisOf(input.shape, axis)!, [0]) === undefined))
    return { reason: 'its inputs cannot be cut into samples' };
  const declared = new Map(suite.model.facts.inputs.map((input) => [input.name, lengthOf(input)]));
  return {
    axis,
    samples,
    isResizable: batched.every(({ name }) => declared.get(name) === -1),
    async take(order) {
      const taken = inputs.map((input) =>
        batched.includes(input) ? takeSamples(input, axisOf(input.shape, axis)!, order)! : input,
      );
      return {
        name: sample.name,
        inputs: await Promise.all(taken.map((input) => storeTensor(blobs, input))),
      };
    },
    holdsSamples: (output, of) => lengthOf(output) === of,
    async gather(outputs, order) {
      const at = outputs[0] && axisOf(outputs[0].shape, axis);
      if (at === undefined) return undefined;
      const joined = joinSamples(await Promise.all(outputs.map((output) => loadTensor(blobs, output))), at);
      if (joined?.shape[at] !== order.length) return undefined;
      const rising = order.map((_, position) => position).sort((left, right) => order[left]! - order[right]!);
      const gathered = takeSamples(joined, at, rising);
      return gathered && storeTensor(blobs, gathered);
    },
  };
}
