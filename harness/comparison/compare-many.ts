import { setImmediate } from 'node:timers/promises';
import type { ElementComparison } from '../numerics/element-comparison.ts';
import { comparePair, type SourcePair } from './compare-sources.ts';
import { inLanes } from './in-lanes.ts';
import { isSmall, LIMITS } from './limits.ts';
import { openFiles } from './open-files.ts';
import { THREADS } from './threads.ts';

/** How long this thread compares before it looks after others. */
const TURN_MS = 5;

/**
 * Compares many pairs of any size, with all cores busy: large ones on threads, small ones meanwhile in this one.
 * @param onDone told after each pair, in whatever order they end
 * @returns the comparisons in the pairs' order
 * @throws as `compareSources`, of the first pair that fails
 */
export async function compareMany(
  pairs: readonly SourcePair[],
  onDone: (done: number) => void = () => {},
): Promise<readonly ElementComparison[]> {
  const results = new Array<ElementComparison>(pairs.length);
  const files = openFiles();
  let done = 0;
  let failed = false;
  const compare = async (index: number) => {
    // What is left of the other lanes' pairs is of no use any more.
    if (failed) return;
    try {
      results[index] = await comparePair(pairs[index]!, files, LIMITS);
      done += 1;
      onDone(done);
    } catch (error) {
      failed = true;
      throw error;
    }
  };
  let turnEndsMs = performance.now() + TURN_MS;
  const compareInTurn = async (index: number) => {
    if (performance.now() > turnEndsMs) {
      await setImmediate();
      turnEndsMs = performance.now() + TURN_MS;
    }
    await compare(index);
  };
  const indices = [...pairs.keys()];
  const small = indices.filter((index) => isSmall(pairs[index]!.reference, pairs[index]!.candidate));
  const large = indices.filter((index) => !isSmall(pairs[index]!.reference, pairs[index]!.candidate));
  try {
    await Promise.all([inLanes(large, THREADS, compare), inLanes(small, 1, compareInTurn)]);
  } finally {
    files.close();
  }
  return results;
}
