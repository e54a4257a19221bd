import path from 'node:path';
import type { TensorSource } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import type { Bytes } from './bytes.ts';
import { withFileBytes } from './file-bytes.ts';
import { LIMITS, type Limits } from './limits.ts';
import { openNpy } from './npy.ts';
import { openNpz } from './npz.ts';
import { openOnnxTensor } from './onnx-tensor.ts';
import { openSafetensors } from './safetensors.ts';
import { openScratch, type Scratch } from './scratch.ts';
import { TENSOR_FILE_ENDINGS, tensorFileEnding } from './tensor-file.ts';

export interface OpenTensor extends TensorSource {
  /** False: the file gives the tensor no name (.npy, many a .pb), and `name` is the file's, without its ending. */
  readonly named: boolean;
}

/** The tensors of one file, in its order, their elements not read yet. */
export interface OpenTensors {
  readonly tensors: readonly OpenTensor[];
  /** Removes the temporary files that large deflated arrays were unpacked to. The tensors cannot be read after it. */
  close(): Promise<void>;
}

/**
 * Opens a file of tensors by its ending. Only headers are read: elements that lie little-endian and in C order become stretches of
 * the file, whatever their size. What is deflated, big-endian, in Fortran order, text or in typed fields of a .pb is unpacked and
 * checked; little of it stays in memory, the rest goes to temporary files. Throws a UserError: E_TENSOR_FILE,
 * E_FILE_UNREADABLE, E_TENSOR_TOO_LARGE, or that of the format.
 */
export async function openTensors(file: string, limits: Limits = LIMITS): Promise<OpenTensors> {
  const scratch = openScratch(limits);
  try {
    return { tensors: await openInto(scratch, file), close: scratch.close };
  } catch (error) {
    await scratch.close();
    throw error;
  }
}

/** As `openTensors`, of one file among many that share memory and temporary files. */
export async function openInto(scratch: Scratch, file: string): Promise<OpenTensor[]> {
  return withFileBytes(file, (bytes) => openBytes(bytes, scratch));
}

/** The tensors in the bytes of a file, by its ending. */
export async function openBytes(bytes: Bytes, scratch: Scratch): Promise<OpenTensor[]> {
  const { file, byteLength } = bytes;
  const { name: stem, base } = path.parse(file);
  const ending = tensorFileEnding(file);
  const allNamed = (tensors: TensorSource[]) => tensors.map((tensor) => ({ ...tensor, named: true }));
  if (ending === '.npz') return allNamed(await openNpz(bytes, scratch));
  if (ending === '.safetensors') return allNamed(await openSafetensors(bytes));
  if (ending === '.npy') {
    const array = { start: 0, end: byteLength, name: stem, where: 'The file' };
    const tensor = await openNpy(bytes, array, scratch);
    scratch.count(tensor.bytes);
    return [{ ...tensor, named: false }];
  }
  if (ending === '.pb') {
    const tensor = await openOnnxTensor(bytes, scratch);
    scratch.count(tensor.bytes);
    return [{ ...tensor, name: tensor.name || stem, named: tensor.name !== '' }];
  }
  throw new UserError('E_TENSOR_FILE', `"${path.extname(file) || base}" is no ending of a file of tensors.`, {
    place: { file },
    remedies: [`known endings: ${TENSOR_FILE_ENDINGS.join(', ')}`],
  });
}
