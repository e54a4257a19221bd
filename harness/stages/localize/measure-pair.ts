import type { Metrics } from '../../domain/run-files.ts';
import type { Quantization, StoredTensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { answerOf } from '../compare/answers.ts';
import type { PairLedger } from '../compare/pair-ledger.ts';

/** Metrics of a tensor inside the graph, with `identical` (1 or 0) before them; undefined when the two cannot be compared. */
export type MeasurePair = (
  reference: StoredTensor,
  candidate: StoredTensor,
  quantization: Quantization | undefined,
) => Promise<Metrics | undefined>;

export function measureWith(ledger: PairLedger): MeasurePair {
  return async (reference, candidate, quantization) => {
    const identical = answerOf(reference) === answerOf(candidate) ? 1 : 0;
    const grid = reference.dtype.startsWith('float') ? quantization : undefined;
    try {
      // Names differ where one side is a replay; the ledger remembers by them.
      const found = await ledger.elements(reference, { ...candidate, name: reference.name }, grid);
      return found.status === 'compared' ? { identical, ...found.metrics } : undefined;
    } catch (error) {
      // A damaged blob is this tensor's trouble, not the trace's.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  };
}

export function isIdentical(metrics: Metrics | null | undefined): boolean {
  return metrics?.identical === 1;
}
