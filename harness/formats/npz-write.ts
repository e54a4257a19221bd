import { zipSync } from 'fflate';
import type { Tensor } from '../domain/tensor.ts';
import { writeNpy } from './npy-write.ts';

/**
 * An .npz of these tensors in this order, deflated. The same tensors give the same bytes on every machine: fflate deflates
 * in JavaScript (node:zlib's output depends on the processor), and all times are ZIP's first, 1980-01-01 00:00.
 */
export function writeNpz(tensors: readonly Tensor[]): Uint8Array {
  const names = new Set(tensors.map(({ name }) => name));
  if (names.size !== tensors.length) throw new Error('two tensors have one name');
  const entries = Object.fromEntries(tensors.map((tensor) => [`${tensor.name}.npy`, writeNpy(tensor)]));
  // local time: fflate writes the parts of the date as this machine's clock shows them
  return zipSync(entries, { level: 9, mtime: new Date(1980, 0, 1), os: 3 });
}
