import type { StoredTensor } from '../../domain/tensor.ts';
import { type BlobStore, loadTensor } from '../../store/blob-store.ts';
import { axisOf, takeSamples } from './take-samples.ts';

/** Outputs of one case on both sides. */
export interface BothSides {
  readonly reference: readonly StoredTensor[];
  readonly candidate: readonly StoredTensor[];
}

/**
 * At most `most` samples of a case, in rising order: those whose outputs differ from the reference's before the others, because
 * what one change does to an answer shows there first.
 */
export async function tellingSamples(
  { reference, candidate }: BothSides,
  axis: number,
  samples: number,
  most: number,
  blobs: BlobStore,
): Promise<readonly number[]> {
  const all = Array.from({ length: samples }, (_, index) => index);
  const differing = new Set<number>();
  for (const own of candidate) {
    const expected = reference.find(({ name }) => name === own.name);
    const at = axisOf(own.shape, axis);
    if (at === undefined || own.shape[at] !== samples) continue;
    if (expected?.dtype !== own.dtype || expected.shape.join() !== own.shape.join()) continue;
    if (expected.sha256 === own.sha256) continue;
    const [left, right] = [await loadTensor(blobs, expected), await loadTensor(blobs, own)];
    for (const sample of all) {
      const pair = [left, right].map((tensor) => takeSamples(tensor, at, [sample])?.data);
      if (pair[0] && pair[1] && Buffer.compare(pair[0], pair[1]) !== 0) differing.add(sample);
    }
  }
  const others = all.filter((sample) => !differing.has(sample));
  return [...differing, ...others].slice(0, most).sort((left, right) => left - right);
}
