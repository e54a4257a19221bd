import type { Tensor, TensorSource } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { checkCrc } from './check-crc.ts';
import type { OpenFiles } from './open-files.ts';
import { openStretchReader } from './read-stretches.ts';

/**
 * A tensor's elements in memory, read from their file when they lie in one, and checked against its checksum.
 * @param maxBytes more than this is not read, whatever memory there is
 * @throws UserError E_FILE_UNREADABLE, E_TENSOR_FILE, E_TENSOR_TOO_LARGE
 */
export function loadTensor(source: TensorSource, maxBytes: number, files: OpenFiles): Tensor {
  const { name, dtype, shape, bytes } = source;
  if (bytes.in === 'memory') return { name, dtype, shape, data: bytes.data };
  if (bytes.byteLength > maxBytes) throw tooLarge(name, bytes.file, bytes.byteLength, maxBytes);
  const data = new Uint8Array(bytes.byteLength);
  const reader = openStretchReader({ ...source, dtype: 'uint8' }, data, files);
  reader.read(0, data.length);
  checkCrc(source, reader.crc());
  return { name, dtype, shape, data };
}

function tooLarge(name: string, file: string, found: number, most: number): UserError {
  return new UserError(
    'E_TENSOR_TOO_LARGE',
    `"${name}" takes ${found} bytes; what is asked of it needs all of them in memory, and at most ${most} are held.`,
    {
      place: { file },
      remedies: ['split the tensor; probabilities can be compared as plain numbers, which need no memory'],
    },
  );
}
