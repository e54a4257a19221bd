import { expect, test } from 'vitest';
import type { Case } from '../../harness/domain/suite.ts';
import type { TensorHeader } from '../../harness/domain/tensor.ts';
import { checkTask } from '../../harness/stages/plan/check-task.ts';

const tensor = (name: string, shape: readonly number[]): TensorHeader => ({ name, dtype: 'float32', shape });
const oneCase = (rows: number): Case => ({
  name: 'c',
  inputs: [{ ...tensor('x', [rows, 4]), data: new Uint8Array(rows * 16) }],
});

interface Task {
  readonly output: readonly number[];
  readonly input?: readonly number[];
  readonly batchAxis?: number;
  readonly rows?: number;
}

function check({ output, input = [-1, 4], batchAxis, rows = 1 }: Task): void {
  checkTask(
    {
      task: {
        kind: 'classification',
        output: 'y',
        topK: [1],
        ...(batchAxis === undefined ? {} : { batchAxis }),
      },
      place: { file: 'suite.yml' },
    },
    { inputs: [tensor('x', input)], outputs: [tensor('y', output)] },
    [oneCase(rows)],
  );
}

test.for<[name: string, task: Task]>([
  ['rows of a batch', { output: [-1, 10], batchAxis: 0, rows: 50 }],
  ['one row without a batch axis', { output: [-1, 10] }],
  ['classes alone', { output: [10], input: [4] }],
  ['axes of length 1', { output: [1, -1, 1, 5], input: [1, -1], batchAxis: 1 }],
  ['a rank that is not declared', { output: [], batchAxis: 0, rows: 50 }],
])('fits: %s', ([, task]) => {
  expect(() => check(task)).not.toThrow();
});

test.for<[name: string, task: Task, says: string]>([
  ['the batch axis is the classes', { output: [-1, 10], batchAxis: 1 }, 'its last axis holds the classes'],
  ['the output has one axis', { output: [10], batchAxis: 0 }, 'its last axis holds the classes'],
  [
    'no input has the batch axis',
    { output: [1, 1, -1, 10], input: [-1, 4], batchAxis: 2 },
    'no input has that axis',
  ],
  ['many rows and no batch axis', { output: [-1, 10], rows: 50 }, 'holds 50 rows'],
  ['many fixed rows and no batch axis', { output: [8, 10], input: [8, 4], rows: 8 }, 'axis 0 has length 8'],
  ['another wide axis', { output: [-1, 7, 10], batchAxis: 0 }, 'axis 1 has length 7'],
])('does not fit: %s', ([, task, says]) => {
  expect(() => check(task)).toThrow(
    expect.objectContaining({
      code: 'E_TASK_SHAPE',
      message: expect.stringContaining(says),
      place: { file: 'suite.yml' },
    }),
  );
});

test('a batch without its axis says what to write', () => {
  expect(() => check({ output: [-1, 10], rows: 50 })).toThrow(
    expect.objectContaining({ remedies: [expect.stringContaining('task: {batchAxis: 0')] }),
  );
});
