import type { TensorSource } from '../domain/tensor.ts';
import { type ComparisonLimits, LIMITS, sizeOf } from './limits.ts';
import { inThisThread, type ResultOf, type TaskName, type TaskOf } from './tasks.ts';
import { areThreadsReady, onThread, startThreads, THREADS } from './threads.ts';

/** Does a task in this thread or another. */
export type Run = <Name extends TaskName>(name: Name, task: TaskOf<Name>) => Promise<ResultOf<Name>>;

/** Bytes that this process was asked to compare so far in large pairs, both sides together, or work that takes as long. */
let bytesSoFar = 0;

/** SHA-256 of a byte takes as long as comparing some ten. */
const BYTES_PER_HASHED_BYTE = 10;

/**
 * Where the ranges of a large pair are measured: on threads once there is work that is worth starting them, and in this one
 * until they are there. Bytes that lie in memory of this thread alone stay here.
 */
export function whereToMeasure(
  reference: TensorSource,
  candidate: TensorSource,
  limits: ComparisonLimits,
): Run {
  if (!isShareable(reference) || !isShareable(candidate)) return inThisThread;
  return whereItPays(sizeOf(reference) + sizeOf(candidate), limits);
}

/** The same of a file that is hashed. */
export function whereToHash(bytes: number, limits: ComparisonLimits = LIMITS): Run {
  return whereItPays(BYTES_PER_HASHED_BYTE * bytes, limits);
}

function whereItPays(bytes: number, { worthThreadsBytes }: ComparisonLimits): Run {
  if (THREADS === 1) return inThisThread;
  bytesSoFar += bytes;
  if (bytesSoFar < worthThreadsBytes && !areThreadsReady()) return inThisThread;
  // Not awaited: should it fail, the process ends with what went wrong, as for every defect.
  void startThreads();
  return (name, task) => (areThreadsReady() ? onThread(name, task) : inThisThread(name, task));
}

function isShareable({ bytes }: TensorSource): boolean {
  return bytes.in === 'file' || bytes.data.buffer instanceof SharedArrayBuffer;
}
