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

/**
 * Does a task on another thread. The threads start when the first task comes; idle ones do not keep the process alive.
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

/** Ends the threads; the next task starts new ones. */
export async function closeThreads(): Promise<void> {
  const closing = pool;
  pool = undefined;
  await closing?.destroy();
}

/** A worker runs JavaScript alone: beside this file in `dist/`, and there too when this file runs from its TypeScript source. */
function workerFile(): string {
  const here = fileURLToPath(import.meta.url);
  const room = path.dirname(here);
  return path.resolve(here.endsWith('.ts') ? path.join(room, '../../dist/comparison') : room, 'worker.js');
}
