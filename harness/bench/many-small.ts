import { compareTensors } from '../numerics/compare-tensors.ts';
import { DEFAULT_TOLERANCES } from '../numerics/default-tolerances.ts';
import { madeUpTensors } from './made-up-tensors.ts';

export const PAIRS = 10_000;
const BYTES = 4096;

/** Seconds for all metrics, histograms included, of 10,000 different pairs of float32 tensors of 4 KB; cold, as a process meets them. */
export function secondsForManySmall(): number {
  const pairs = Array.from({ length: PAIRS }, (_, index) => madeUpTensors('float32', BYTES, 1 + index));
  const start = performance.now();
  for (const { reference, candidate } of pairs) {
    compareTensors(reference, candidate, { ...DEFAULT_TOLERANCES.float32, histograms: true });
  }
  return (performance.now() - start) / 1e3;
}
