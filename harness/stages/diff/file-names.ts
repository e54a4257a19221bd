import path from 'node:path';
import type { SetTensor } from '../../formats/open-tensor-set.ts';

/** What a budget may call a tensor of a file: the case it belongs to, where a folder tells one, and its own name in it. */
export interface NameInBudgets {
  /** `case-1` of `case-1/logits`; undefined for the tensors of one file. */
  readonly case: string | undefined;
  /** `logits` of `case-1/logits`. */
  readonly tensor: string;
}

/**
 * Takes a tensor's name apart as `openTensorSet` put it together: the file's path from the folder without its ending, or the
 * path of a test_data_set folder, then the name within. A nameless tensor is called by its file, and its case is the folder.
 */
export function nameInBudgets({ name, file }: SetTensor, source: string): NameInBudgets {
  const { dir, name: stem } = path.parse(path.relative(source, file));
  const folder = dir.split(path.sep).join('/');
  const inFile = folder === '' ? stem : `${folder}/${stem}`;
  if (file === source) return { case: undefined, tensor: name };
  if (name.startsWith(`${inFile}/`)) return { case: inFile, tensor: name.slice(inFile.length + 1) };
  if (folder !== '' && name.startsWith(`${folder}/`)) {
    return { case: folder, tensor: name.slice(folder.length + 1) };
  }
  return { case: undefined, tensor: name };
}
