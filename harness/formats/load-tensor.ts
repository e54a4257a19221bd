import { open } from 'node:fs/promises';
import { isSameFile, stampOf } from '../domain/file-stamp.ts';
import type { Tensor, TensorBytes, TensorSource } from '../domain/tensor.ts';
import { checkCrc32 } from './bytes.ts';
import { readWhole } from './file-bytes.ts';
import { formatError } from './format-error.ts';
import { unreadable } from './unreadable.ts';

/**
 * A tensor in memory. Its bytes stand on their own, so that views of any width fit them. Throws E_FILE_UNREADABLE, and
 * E_TENSOR_FILE when the file has become shorter or the bytes do not match their checksum.
 */
export async function loadTensor({ name, dtype, shape, bytes }: TensorSource): Promise<Tensor> {
  return { name, dtype, shape, data: bytes.in === 'memory' ? bytes.data : await loadStretch(bytes) };
}

async function loadStretch({
  file,
  offset,
  byteLength,
  crc32,
  stamp,
}: Extract<TensorBytes, { in: 'file' }>): Promise<Uint8Array> {
  const handle = await open(file).catch((error) => {
    throw unreadable(file, error);
  });
  try {
    const data = await readWhole(handle, file, offset, byteLength);
    if (stamp && !isSameFile(stampOf(await handle.stat()), stamp)) {
      throw formatError('E_TENSOR_FILE', file, 'The file was replaced or written to after it was opened');
    }
    checkCrc32(data, crc32, { file, offset });
    return data;
  } finally {
    await handle.close();
  }
}
