import type { SuiteFile } from '../../config/suite-file.ts';
import type { Case, ClassificationTask, ModelFacts } from '../../domain/suite.ts';
import type { TensorHeader } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';

type Refuse = (code: string, message: string, remedies?: readonly string[]) => UserError;

/** Holds the task against what the model declares, so that a fleet does not work for nothing. Unknown dimensions may be anything. */
export function checkTask(
  file: Pick<SuiteFile, 'task' | 'preview' | 'place'>,
  facts: Pick<ModelFacts, 'inputs' | 'outputs'>,
  cases: readonly Case[],
): void {
  const { task, place } = file;
  if (!task) return;
  const refuse: Refuse = (code, message, remedies = []) => new UserError(code, message, { place, remedies });
  const output = facts.outputs.find(({ name }) => name === task.output);
  if (!output) {
    const message = `The task reads output "${task.output}", but the model's outputs are: ${namesOf(facts.outputs)}.`;
    throw refuse('E_TASK_UNKNOWN_OUTPUT', message);
  }
  const preview = facts.inputs.find(({ name }) => name === file.preview?.input);
  checkBatchAxis(task, output, preview ? [preview] : facts.inputs, refuse);
  checkOneSample(task, output, facts.inputs, cases, refuse);
}

/** The axis of the samples lies before the last axis of the output, and in an input. A rank that is not declared says nothing. */
function checkBatchAxis(
  { batchAxis }: ClassificationTask,
  output: TensorHeader,
  inputs: readonly TensorHeader[],
  refuse: Refuse,
): void {
  if (batchAxis === undefined) return;
  const remedies = ['set task.batchAxis to the axis that holds the samples; leave it out when a case is one'];
  if (output.shape.length > 0 && batchAxis >= output.shape.length - 1) {
    const message = `task.batchAxis is ${batchAxis}, but "${output.name}" is ${shapeOf(output)}, and its last axis holds the classes.`;
    throw refuse('E_TASK_SHAPE', message, remedies);
  }
  if (inputs.some(({ shape }) => batchAxis < shape.length)) return;
  const spelled = inputs.map((input) => `"${input.name}" ${shapeOf(input)}`).join(', ');
  throw refuse(
    'E_TASK_SHAPE',
    `task.batchAxis is ${batchAxis}, but no input has that axis: ${spelled}.`,
    remedies,
  );
}

/** Beside the samples and the classes every axis of the output has length 1. */
function checkOneSample(
  { batchAxis }: ClassificationTask,
  output: TensorHeader,
  inputs: readonly TensorHeader[],
  cases: readonly Case[],
  refuse: Refuse,
): void {
  const isScores = (axis: number) => axis === output.shape.length - 1;
  const remedies = [
    batchAxis === undefined && output.shape.length > 1
      ? 'when each row is a sample of its own, write  task: {batchAxis: 0, …}'
      : 'name another task.output, or another task.batchAxis',
  ];
  const wide = output.shape.findIndex((length, axis) => length > 1 && axis !== batchAxis && !isScores(axis));
  if (wide >= 0) {
    const message = `Output "${output.name}" is ${shapeOf(output)}: axis ${wide} has length ${output.shape[wide]}, expected 1 beside the classes.`;
    throw refuse('E_TASK_SHAPE', message, remedies);
  }
  if (batchAxis !== undefined || output.shape.length < 2 || output.shape[0] !== -1) return;
  const batched = inputs.filter(({ shape }) => shape[0] === -1).map(({ name }) => name);
  for (const { name, inputs: given } of cases) {
    const rows = given.find((input) => batched.includes(input.name) && input.shape[0]! > 1)?.shape[0];
    if (rows === undefined) continue;
    const message = `Case "${name}" holds ${rows} rows, and without task.batchAxis a case is one sample.`;
    throw refuse('E_TASK_SHAPE', message, remedies);
  }
}

function namesOf(headers: readonly TensorHeader[]): string {
  return headers.map(({ name }) => name).join(', ');
}

function shapeOf({ shape }: TensorHeader): string {
  return `[${shape.map((length) => (length === -1 ? '?' : length)).join(', ')}]`;
}
