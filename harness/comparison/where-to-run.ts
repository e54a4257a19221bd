import type { TensorSource } from '../domain/tensor.ts';
import { type ComparisonLimits, sizeOf } from './limits.ts';
import { inThisThread, type ResultOf, type TaskName, type TaskOf } from './tasks.ts';
import { areThreadsReady, onThread, startThreads, THREADS } from './threads.ts';

/** Does a task in this thread or another. */
export type Run = <Name extends TaskName>(name: Name, task: TaskOf<Name>) => Promise<ResultOf<Name>>;

/** Bytes of large pairs, both sides together, that this process was asked to compare so far. */
let bytesSoFar = 0;

/**
 * Where the ranges of a large pair are measured. Threads take a while to start: they are started once there is work that is
 * worth it, and this thread goes on measuring until they are there. Bytes that lie in memory of this thread alone stay here.
 */
export function whereToRun(
  reference: TensorSource,
  candidate: TensorSource,
  { worthThreadsBytes }: ComparisonLimits,
): Run {
  if (THREADS === 1 || !isShareable(reference) || !isShareable(candidate)) return inThisThread;
  bytesSoFar += sizeOf(reference) + sizeOf(candidate);
  if (bytesSoFar < worthThreadsBytes && !areThreadsReady()) return inThisThread;
  // Not awaited: should it fail, the process ends with what went wrong, as for every defect.
  void startThreads();
  return (name, task) => (areThreadsReady() ? onThread(name, task) : inThisThread(name, task));
}

function isShareable({ bytes }: TensorSource): boolean {
  return bytes.in === 'file' || bytes.data.buffer instanceof SharedArrayBuffer;
}
