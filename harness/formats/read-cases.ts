import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Case } from '../domain/suite.ts';
import type { TensorHeader } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';
import { readTensors } from './read-tensors.ts';
import { readTestDataSet } from './test-data-set.ts';

/**
 * The cases of these files (.npz, .safetensors: a tensor per model input) and folders (ONNX's test_data_set_*), in this order, each
 * named after its file or folder. `inputs` and `outputs` are the model's, in its order: ONNX's convention counts them.
 * Whether a case fits the model is for the caller to check.
 */
export async function readCases(
  sources: readonly string[],
  inputs: readonly TensorHeader[],
  outputs: readonly TensorHeader[] = [],
): Promise<Case[]> {
  const cases: Case[] = [];
  for (const source of sources) cases.push(await readCase(source, inputs, outputs));
  return cases;
}

async function readCase(
  source: string,
  inputs: readonly TensorHeader[],
  outputs: readonly TensorHeader[],
): Promise<Case> {
  const found = await stat(source).catch((error: NodeJS.ErrnoException) => {
    throw formatError('E_CASE', source, `The case cannot be read: ${error.code}`);
  });
  if (found.isDirectory()) return readTestDataSet(source, inputs, outputs);
  const ending = path.extname(source);
  if (!/^\.(npz|safetensors)$/i.test(ending)) {
    throw formatError('E_CASE', source, 'The file is no case', {
      remedies: ['a case is an .npz, a .safetensors, or a folder test_data_set_* with input_0.pb …'],
    });
  }
  return { name: path.basename(source, ending), inputs: await readTensors(source) };
}
