import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { readNpy } from './npy.ts';
import { readNpz } from './npz.ts';
import { readOnnxTensor } from './onnx-tensor.ts';
import { readSafetensors } from './safetensors.ts';

/** Endings of the files that hold tensors. */
const TENSOR_FILE_ENDINGS = ['.npz', '.npy', '.safetensors', '.pb'] as const;

/** The tensors of one file, by its ending. A nameless tensor (.npy, many a .pb) is named after the file. */
export async function readTensors(file: string): Promise<Tensor[]> {
  const ending = path.extname(file).toLowerCase();
  const stem = path.basename(file, path.extname(file));
  const bytes = await readBytes(file);
  if (ending === '.npz') return readNpz(bytes, file);
  if (ending === '.npy') return [readNpy(bytes, stem, file)];
  if (ending === '.safetensors') return readSafetensors(bytes, file);
  if (ending === '.pb') {
    const tensor = readOnnxTensor(bytes, file);
    return [{ ...tensor, name: tensor.name || stem }];
  }
  throw new UserError(
    'E_TENSOR_FILE',
    `"${ending || path.basename(file)}" is no ending of a file of tensors.`,
    {
      place: { file },
      remedies: [`known endings: ${TENSOR_FILE_ENDINGS.join(', ')}`],
    },
  );
}

async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new UserError('E_FILE_UNREADABLE', `The file cannot be read: ${code}.`, { place: { file } });
  }
}
