import path from 'node:path';

/** Endings of the files that hold tensors. */
export const TENSOR_FILE_ENDINGS = ['.npz', '.npy', '.safetensors', '.pb'] as const;

export type TensorFileEnding = (typeof TENSOR_FILE_ENDINGS)[number];

/** The ending that says how a file is read, whatever its case; undefined when it is none of a file of tensors. */
export function tensorFileEnding(file: string): TensorFileEnding | undefined {
  const ending = path.extname(file).toLowerCase();
  return TENSOR_FILE_ENDINGS.find((known) => known === ending);
}

export function isTensorFile(file: string): boolean {
  return tensorFileEnding(file) !== undefined;
}
