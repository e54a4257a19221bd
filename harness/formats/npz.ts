import type { Tensor } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';
import { readNpy } from './npy.ts';
import { readZip } from './zip-archive.ts';

/** What one archive may unpack to: far more than inputs or outputs need, and less than a machine's memory. */
const MAX_NPZ_BYTES = 2 ** 30;

/** The arrays of an .npz as tensors, in the archive's order, C order and little-endian. Throws E_NPZ. */
export function readNpz(bytes: Uint8Array, file: string, maxBytes = MAX_NPZ_BYTES): Tensor[] {
  return readZip(bytes, file, maxBytes).map(({ name, offset, data }) => {
    if (!name.endsWith('.npy') || name === '.npy') {
      throw formatError('E_NPZ', file, `Entry "${name}" is no array: its name does not end in .npy`, {
        offset,
      });
    }
    return readNpy(data, name.slice(0, -'.npy'.length), file, `Array "${name}"`);
  });
}
