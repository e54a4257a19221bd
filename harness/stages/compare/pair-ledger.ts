import { compareSources } from '../../comparison/compare-sources.ts';
import type { Decisions } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import type { Quantization, StoredTensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { type DecideOptions, decide } from '../../numerics/decisions.ts';
import { DEFAULT_TOLERANCES } from '../../numerics/default-tolerances.ts';
import type { ElementComparison } from '../../numerics/element-comparison.ts';
import { repeatNoise } from '../../numerics/repeat-noise.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { openAnswerReader } from './answer-reader.ts';
import { answerOf } from './answers.ts';

/** How much of what a run asks had to be computed. */
export interface CompareStatistics {
  /** Answers held against the reference, over all targets, cases, tensors and repeats that differ. */
  readonly pairsAsked: number;
  /** Pairs of answers of which elements were compared. */
  readonly pairsCompared: number;
  /** Pairs of answers of which decisions were taken. */
  readonly pairsDecided: number;
  readonly blobsRead: number;
  readonly bytesRead: number;
}

/**
 * What a run has compared so far. A pair of answers is compared once, whatever targets, cases and suites ask for it; two equal
 * answers are compared once per answer, for what the reference holds itself.
 */
export interface PairLedger {
  elements(
    reference: StoredTensor,
    candidate: StoredTensor,
    quantization: Quantization | undefined,
  ): Promise<ElementComparison>;
  /** @param sample tells what else the decisions depend on: the suite's task, the case, the noise. */
  decisions(
    reference: StoredTensor,
    candidate: StoredTensor,
    sample: string,
    options: DecideOptions,
  ): Promise<Decisions>;
  /** Largest |difference| between any two of these answers; NaN when there is no such number, as for a damaged blob. */
  noise(answers: readonly StoredTensor[]): Promise<number>;
  statistics(): Omit<CompareStatistics, 'pairsAsked'>;
}

export function openPairLedger(blobs: BlobStore): PairLedger {
  const reader = openAnswerReader(blobs);
  const compared = new Map<string, Promise<ElementComparison>>();
  const decided = new Map<string, Promise<Decisions>>();
  const noises = new Map<string, Promise<number>>();
  const done = { pairsCompared: 0, pairsDecided: 0 };

  const elements: PairLedger['elements'] = (reference, candidate, quantization) => {
    const key = JSON.stringify([
      reference.name,
      answerOf(reference),
      candidate.name,
      answerOf(candidate),
      quantization,
    ]);
    return remembered(compared, key, async () => {
      done.pairsCompared += 1;
      const [left, right] = [await reader.source(reference), await reader.source(candidate)];
      return compareSources(left, right, {
        ...DEFAULT_TOLERANCES[reference.dtype],
        ...(quantization ? { quantization } : {}),
        // Where nothing differs there is nothing to spread.
        histograms: answerOf(reference) !== answerOf(candidate),
      });
    });
  };

  const largestDifference = async (left: StoredTensor, right: StoredTensor): Promise<number> => {
    const found = await elements(left, right, undefined);
    if (found.status === 'notComparable' || found.metrics.nonfinite_mismatch !== 0) return Number.NaN;
    return fromJsonNumber(found.metrics.max_abs ?? 'NaN');
  };

  const measureNoise = async (answers: readonly StoredTensor[]): Promise<number> => {
    const sources = await Promise.all(answers.map((answer) => reader.source(answer)));
    if (sources.every(({ bytes }) => bytes.in === 'memory')) {
      const tensors = answers.map(async (answer) => ({
        ...(await reader.tensor(answer)),
        sha256: answer.sha256,
      }));
      return repeatNoise(await Promise.all(tensors)).maxAbs;
    }
    const pairs = answers.flatMap((left, index) =>
      answers.slice(index + 1).map((right) => [left, right] as const),
    );
    let largest = 0;
    // Math.max gives NaN for NaN: what has no number in one pair has none.
    for (const [left, right] of pairs) largest = Math.max(largest, await largestDifference(left, right));
    return largest;
  };

  return {
    elements,
    decisions(reference, candidate, sample, options) {
      const key = JSON.stringify([sample, answerOf(reference), answerOf(candidate)]);
      return remembered(decided, key, async () => {
        done.pairsDecided += 1;
        return decide(await reader.tensor(reference), await reader.tensor(candidate), options);
      });
    },
    noise(answers) {
      const key = JSON.stringify(answers.map(answerOf).sort());
      return remembered(noises, key, () =>
        measureNoise(answers).catch((error: unknown) => {
          if (error instanceof UserError) return Number.NaN;
          throw error;
        }),
      );
    },
    statistics() {
      const { blobs: blobsRead, bytes: bytesRead } = reader.reads();
      return { ...done, blobsRead, bytesRead };
    },
  };
}

function remembered<Value>(
  known: Map<string, Promise<Value>>,
  key: string,
  work: () => Promise<Value>,
): Promise<Value> {
  const found = known.get(key);
  if (found) return found;
  const fresh = work();
  known.set(key, fresh);
  return fresh;
}
