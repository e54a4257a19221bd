import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Case } from '../domain/suite.ts';
import type { Tensor, TensorHeader } from '../domain/tensor.ts';
import { formatError } from './format-error.ts';
import { readTensors } from './read-tensors.ts';

/**
 * A folder of ONNX's test convention: `input_<i>.pb` is the model's i-th input, `output_<j>.pb` its j-th output. The model's names
 * win over those in the files, as in ONNX's own runner; a file that names another input than the one it is counted as is an error.
 */
export async function readTestDataSet(
  folder: string,
  inputs: readonly TensorHeader[],
  outputs: readonly TensorHeader[] = [],
): Promise<Case> {
  const files = await readdir(folder);
  const given = await readNumbered(folder, files, 'input', inputs);
  if (given.length === 0 && inputs.length > 0) {
    throw formatError('E_CASE', folder, 'The folder holds no input_0.pb', {
      remedies: ['a folder of cases in ONNX’s convention holds input_0.pb, input_1.pb … [output_0.pb …]'],
    });
  }
  const expected = await readNumbered(folder, files, 'output', outputs);
  const name = path.basename(path.resolve(folder));
  return { name, inputs: given, ...(expected.length > 0 ? { outputs: expected } : {}) };
}

async function readNumbered(
  folder: string,
  files: readonly string[],
  side: 'input' | 'output',
  declared: readonly TensorHeader[],
): Promise<Tensor[]> {
  const pattern = new RegExp(`^${side}_(0|[1-9]\\d*)\\.pb$`);
  const numbers = files
    .map((file) => pattern.exec(file)?.[1])
    .filter((number) => number !== undefined)
    .map(Number)
    .sort((left, right) => left - right);
  const gap = numbers.findIndex((number, index) => number !== index);
  if (gap >= 0)
    throw formatError(
      'E_CASE',
      folder,
      `The folder holds ${side}_${numbers[gap]}.pb, but no ${side}_${gap}.pb`,
    );
  return Promise.all(
    numbers.map(async (number) => {
      const file = path.join(folder, `${side}_${number}.pb`);
      const [tensor] = await readTensors(file);
      return { ...tensor!, name: nameOf(tensor!, number, side, declared, file) };
    }),
  );
}

function nameOf(
  { name }: Tensor,
  number: number,
  side: string,
  declared: readonly TensorHeader[],
  file: string,
): string {
  const model = declared[number]?.name;
  if (model === undefined || name === model) return name;
  if (declared.some((other) => other.name === name)) {
    const reason = `The file names "${name}", but the model's ${side} ${number} is "${model}"`;
    throw formatError('E_CASE', file, reason, { remedies: ['number the files in the model’s order'] });
  }
  return model;
}
