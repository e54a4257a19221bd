import type { Tensor } from '../../harness/domain/tensor.ts';
import { memoryBytes } from '../../harness/formats/bytes.ts';
import { LIMITS } from '../../harness/formats/limits.ts';
import { loadTensor } from '../../harness/formats/load-tensor.ts';
import { openBytes } from '../../harness/formats/open-tensors.ts';
import { openScratch } from '../../harness/formats/scratch.ts';

/** The tensors in bytes, as if these were the file `name`. */
export async function readBytes(bytes: Uint8Array, name: string, limits = LIMITS): Promise<Tensor[]> {
  const scratch = openScratch(limits);
  try {
    const tensors = await openBytes(memoryBytes(bytes, name), scratch);
    return await Promise.all(tensors.map(loadTensor));
  } finally {
    await scratch.close();
  }
}
