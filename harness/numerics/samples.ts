import type { Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';

/** How a tensor of scores falls into samples of `classes` scores each; sample s starts at flat index s·classes. */
export interface Samples {
  readonly count: number;
  readonly classes: number;
}

/**
 * The samples of an output that holds one score per class in its last axis. Without a batch axis a case is one
 * sample; with one, every index along it is. All other axes have length 1.
 * @throws UserError E_TASK_SHAPE when the output does not have that shape: the task does not fit the model.
 */
export function samplesOf(scores: Tensor, batchAxis: number | undefined): Samples {
  const { name, shape } = scores;
  const spelled = `[${shape.join(', ')}]`;
  if (scores.dtype === 'string') {
    throw new UserError('E_TASK_DTYPE', `The task's output "${name}" holds strings; expected scores.`, {
      remedies: ['name the output that holds the scores in suite.yml: task.output'],
    });
  }
  const classes = shape.at(-1);
  if (classes === undefined) {
    throw wrongShape(
      `The task's output "${name}" is a scalar; expected one score per class in its last axis.`,
    );
  }
  const batch = batchAxis === undefined ? undefined : batchAxis < 0 ? batchAxis + shape.length : batchAxis;
  if (batch !== undefined && !(batch >= 0 && batch < shape.length - 1)) {
    throw wrongShape(
      `batchAxis ${batchAxis} is no axis of "${name}" ${spelled} beside the last, which holds the classes.`,
    );
  }
  const other = shape.findIndex(
    (length, axis) => length !== 1 && axis !== batch && axis !== shape.length - 1,
  );
  if (other === -1) return { count: batch === undefined ? 1 : shape[batch]!, classes };
  throw wrongShape(
    `The task's output "${name}" is ${spelled}: axis ${other} has length ${shape[other]}, expected 1` +
      `${batch === undefined ? ' for a case that is one sample' : ''}.`,
  );
}

function wrongShape(message: string): UserError {
  return new UserError('E_TASK_SHAPE', message, {
    remedies: [
      'set task.batchAxis in suite.yml to the axis that holds the samples, or name another task.output',
    ],
  });
}
