import { toJsonNumber } from '../../domain/run-files.ts';
import type { DType } from '../../domain/tensor.ts';
import { blockReader } from '../decode.ts';
import type { Stretch } from '../measurement.ts';
import { BLOCK_LENGTH } from '../measurement.ts';
import type { WorstList } from '../worst-list.ts';
import { enterNonfinite, enterWorst } from '../worst-list.ts';

const reference = new Float64Array(BLOCK_LENGTH);
const candidate = new Float64Array(BLOCK_LENGTH);

/**
 * Enters a stretch's elements into the list. Only blocks that can still change it are decoded.
 * @param found two a block: largest |e|, and pairs that are not finite and differ
 */
export function scanWorst(list: WorstList, stretch: Stretch, dtype: DType, found: Float64Array): void {
  for (let first = 0, at = 0; first < stretch.count; first += BLOCK_LENGTH, at += 2) {
    const hasNonfinite = found[at + 1]! > 0 && list.nonfinite.length < list.capacity;
    if (!hasNonfinite && !(found[at]! > list.threshold)) continue;
    scanBlock(list, stretch, dtype, first);
  }
}

function scanBlock(list: WorstList, stretch: Stretch, dtype: DType, first: number): void {
  const count = Math.min(BLOCK_LENGTH, stretch.count - first);
  blockReader({ dtype, data: stretch.reference })(first, count, reference);
  blockReader({ dtype, data: stretch.candidate })(first, count, candidate);
  let { threshold } = list;
  for (let i = 0; i < count; i++) {
    const r = reference[i]!;
    const c = candidate[i]!;
    const magnitude = Math.abs(c - r);
    if (magnitude > threshold && magnitude < Infinity) {
      enterWorst(list, stretch.start + first + i, magnitude);
      threshold = list.threshold;
    } else if (!(magnitude < Infinity) && r !== c && !(Number.isNaN(r) && Number.isNaN(c))) {
      enterNonfinite(list, stretch.start + first + i);
    }
  }
  noteValues(list.finite, stretch.start + first);
  noteValues(list.nonfinite, stretch.start + first);
}

/** Notes the values of those that entered from the block that starts at `first`. */
function noteValues(seats: WorstList['finite'], first: number): void {
  for (const seat of seats) {
    seat.values ??= {
      reference: toJsonNumber(reference[seat.index - first]!),
      candidate: toJsonNumber(candidate[seat.index - first]!),
    };
  }
}
