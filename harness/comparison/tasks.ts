import { setImmediate } from 'node:timers/promises';
import { sha256OfFile } from './hash-file.ts';
import { largestInRange, measureRange } from './measure-range.ts';

/** What a thread can be asked, by name. */
const TASKS = {
  measure: measureRange,
  largest: largestInRange,
  sha256: sha256OfFile,
  /** Nothing: a thread that answers has started. */
  start: (_: null) => null,
};

export type TaskName = keyof typeof TASKS;
export type TaskOf<Name extends TaskName> = Parameters<(typeof TASKS)[Name]>[0];
export type ResultOf<Name extends TaskName> = ReturnType<(typeof TASKS)[Name]>;

/** Does a task in this thread, between other things that wait for it: timers, signals, answers of threads. */
export async function inThisThread<Name extends TaskName>(
  name: Name,
  task: TaskOf<Name>,
): Promise<ResultOf<Name>> {
  await setImmediate();
  return doTask(name, task);
}

export function doTask<Name extends TaskName>(name: Name, task: TaskOf<Name>): ResultOf<Name> {
  const work = TASKS[name] as (task: TaskOf<Name>) => ResultOf<Name>;
  return work(task);
}
