import type { Tensor, TensorSource } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';
import { LIMITS } from './limits.ts';
import { loadTensor } from './load-tensor.ts';
import { openTensors } from './open-tensors.ts';

/** Far more than inputs or outputs of a model need, and less than a machine's memory. */
const MOST_BYTES = 2 ** 30;

/**
 * The tensors of one file in memory, by its ending. A nameless tensor (.npy, many a .pb) is named after the file. Throws a
 * UserError, E_TENSOR_TOO_LARGE for a file of more than 1 GiB.
 */
export async function readTensors(file: string): Promise<Tensor[]> {
  const { tensors, close } = await openTensors(file, { ...LIMITS, unpackedBytes: MOST_BYTES });
  try {
    const total = tensors.reduce((sum, tensor) => sum + byteLengthOf(tensor), 0);
    if (total > MOST_BYTES) {
      const reason = `The tensors take ${total} bytes; at most ${MOST_BYTES} are read into memory`;
      throw formatError('E_TENSOR_TOO_LARGE', file, reason, { remedies: ['spread them over several files'] });
    }
    const loaded: Tensor[] = [];
    for (const tensor of tensors) loaded.push(await loadTensor(tensor));
    return loaded;
  } finally {
    await close();
  }
}

function byteLengthOf({ bytes }: TensorSource): number {
  return bytes.in === 'memory' ? bytes.data.byteLength : bytes.byteLength;
}
