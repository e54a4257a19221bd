import type { DType, Tensor } from '../../harness/domain/tensor.ts';
import { byteLength } from '../../harness/domain/tensor.ts';
import { Words } from './seeded-pairs.ts';
import { tensorOfBytes } from './tensors.ts';

/** Random bytes, and the same with one bit flipped in every 997th, as vectors/make_vectors.py makes them. */
export function seededBytes(dtype: DType, shape: readonly number[], seed: number): [Tensor, Tensor] {
  const words = new Words(seed);
  const bytes = byteLength(dtype, shape)!;
  const raw = Uint32Array.from({ length: Math.ceil(bytes / 4) }, () => words.next());
  const reference = new Uint8Array(raw.buffer, 0, bytes);
  const candidate = reference.slice();
  for (let at = 0; at < bytes; at += 997) candidate[at]! ^= 1 << (at % 8);
  return [tensorOfBytes(dtype, shape, reference), tensorOfBytes(dtype, shape, candidate)];
}
