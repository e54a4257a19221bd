import { byteLength, type Tensor } from '../../domain/tensor.ts';

/** The axis as counted from the front; undefined where the tensor has no such axis. */
export function axisOf(shape: readonly number[], axis: number): number | undefined {
  const fromFront = axis < 0 ? axis + shape.length : axis;
  return fromFront >= 0 && fromFront < shape.length ? fromFront : undefined;
}

/**
 * The samples of a tensor along an axis, in the order asked: shape [.., n, ..] becomes [.., samples.length, ..].
 * Undefined where samples need not be whole bytes: strings and 4-bit elements.
 */
export function takeSamples(tensor: Tensor, axis: number, samples: readonly number[]): Tensor | undefined {
  const { dtype, shape, data } = tensor;
  const inner = byteLength(dtype, shape.slice(axis + 1));
  const isPacked = dtype === 'int4' || dtype === 'uint4';
  if (inner === undefined || isPacked) return undefined;
  const outer = shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const taken = new Uint8Array(outer * samples.length * inner);
  for (let block = 0; block < outer; block += 1) {
    for (const [position, sample] of samples.entries()) {
      const from = (block * shape[axis]! + sample) * inner;
      taken.set(data.subarray(from, from + inner), (block * samples.length + position) * inner);
    }
  }
  return { ...tensor, shape: shape.with(axis, samples.length), data: taken };
}

/** Tensors one behind the other along an axis; undefined where they do not fit together or cannot be cut. */
export function joinSamples(tensors: readonly Tensor[], axis: number): Tensor | undefined {
  const [first] = tensors;
  if (first === undefined || takeSamples(first, axis, []) === undefined) return undefined;
  const isLikeFirst = ({ dtype, shape }: Tensor) =>
    dtype === first.dtype &&
    shape.length === first.shape.length &&
    shape.every((length, at) => at === axis || length === first.shape[at]);
  if (!tensors.every(isLikeFirst)) return undefined;
  const outer = first.shape.slice(0, axis).reduce((product, length) => product * length, 1);
  const blocks = Array.from({ length: outer }, (_, block) =>
    tensors.map(({ data }) => {
      const blockBytes = data.length / outer;
      return data.subarray(block * blockBytes, (block + 1) * blockBytes);
    }),
  );
  const length = tensors.reduce((total, { shape }) => total + shape[axis]!, 0);
  return {
    ...first,
    shape: first.shape.with(axis, length),
    data: new Uint8Array(Buffer.concat(blocks.flat())),
  };
}
