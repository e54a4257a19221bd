import { setImmediate } from 'node:timers/promises';
import type { TensorSource } from '../domain/tensor.ts';
import type { CompareOptions } from '../numerics/compare-tensors.ts';
import type { ElementComparison } from '../numerics/element-comparison.ts';
import { compareSources } from './compare-sources.ts';
import { inLanes } from './in-lanes.ts';
import { isSmall } from './limits.ts';
import { THREADS } from './threads.ts';

export interface SourcePair {
  readonly reference: TensorSource;
  readonly candidate: TensorSource;
  readonly options: CompareOptions;
}

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
  let done = 0;
  const compare = async (index: number) => {
    const { reference, candidate, options } = pairs[index]!;
    results[index] = await compareSources(reference, candidate, options);
    done += 1;
    onDone(done);
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
  const isSmallPair = (index: number) => isSmall(pairs[index]!.reference, pairs[index]!.candidate);
  await Promise.all([
    inLanes(
      indices.filter((index) => !isSmallPair(index)),
      THREADS,
      compare,
    ),
    inLanes(indices.filter(isSmallPair), 1, compareInTurn),
  ]);
  return results;
}
