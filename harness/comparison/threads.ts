import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { UserError } from '../domain/user-error.ts';
import type { ResultOf, TaskName, TaskOf } from './tasks.ts';
import type { Answer } from './worker.ts';

/** Threads that compute while this one waits. */
export const THREADS = availableParallelism();

let pool: Piscina | undefined;
let start: { readonly ended: Promise<void>; isDone: boolean } | undefined;

/**
 * Does a task on another thread, which is started for it when none is there. Idle threads do not keep the process alive.
 * @throws what the task threw: a UserError keeps its code, place and remedies
 */
export async function onThread<Name extends TaskName>(
  name: Name,
  task: TaskOf<Name>,
): Promise<ResultOf<Name>> {
  pool ??= new Piscina({
    filename: workerFile(),
    minThreads: 1,
    maxThreads: THREADS,
    idleTimeout: Number.POSITIVE_INFINITY,
    recordTiming: false,
  });
  const answer = (await pool.run({ name, task })) as Answer<ResultOf<Name>>;
  if (answer.status === 'done') return answer.value;
  const { code, message, place, remedies } = answer;
  throw new UserError(code, message, { ...(place ? { place } : {}), remedies });
}

/** Starts the threads ahead of their first task. @returns a promise that ends when they are there */
export function startThreads(): Promise<void> {
  if (start) return start.ended;
  const all = Array.from({ length: THREADS }, () => onThread('start', null));
  const ended = Promise.all(all).then(() => {
    started.isDone = true;
  });
  const started = { ended, isDone: false };
  start = started;
  return ended;
}

export function areThreadsReady(): boolean {
  return start?.isDone === true;
}

/** Ends the threads; the next task starts new ones. */
export async function closeThreads(): Promise<void> {
  const [closing, starting] = [pool, start];
  pool = undefined;
  start = undefined;
  // A task that is cut off would end in an error.
  await starting?.ended;
  await closing?.destroy();
}

/** A worker runs JavaScript alone: beside this file in `dist/`, and there too when this file runs from its TypeScript source. */
function workerFile(): string {
  const here = fileURLToPath(import.meta.url);
  const room = path.dirname(here);
  return path.resolve(here.endsWith('.ts') ? path.join(room, '../../dist/comparison') : room, 'worker.js');
}
