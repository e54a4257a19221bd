import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { compareText } from '../../../findings.ts';
import { count } from '../../../format-number.ts';
import type { EntryHead, SuiteHead, TargetHead } from '../../../page-data/page-data.ts';
import { statusRank } from '../../../suite-targets.ts';
import { STATUS_WORDS } from '../../../wording.ts';
import type { Mark } from '../../parts/status-mark.tsx';

/** A tensor of the suite as one target answered it. */
export interface TensorRow {
  /** Index in the head's entries. */
  readonly id: number;
  readonly tensor: string;
  readonly mark: Mark;
  /** Empty where the model declares no such output. */
  readonly dtype: string;
  /** `50×10`; an open dimension is `?`. */
  readonly shape: string;
  readonly identical: boolean;
  /** Cases that were compared; absent: all of the suite's. */
  readonly compared?: number;
  /** Class of bit-identical targets; empty where there is none. */
  readonly class: string;
  readonly metric: string;
  /** How far beyond the limit, relative to it; at most 0 within. NaN: nothing has a limit. */
  readonly overrun: number;
}

export const TENSOR_SORTS = ['status', 'tensor', 'dtype', 'shape', 'overrun', 'identical', 'class'] as const;
export type TensorSort = (typeof TENSOR_SORTS)[number];

/** In the order of the sheet, without the entry of the target as a whole. */
export function tensorRows(
  sheet: readonly { readonly id: number; readonly head: EntryHead }[],
  outputs: SuiteHead['outputs'],
  role: TargetHead['role'],
): TensorRow[] {
  const declared = new Map(outputs.map((output) => [output.name, output]));
  return sheet
    .filter(({ head }) => head.tensor !== '*')
    .map(({ id, head }) => {
      const output = declared.get(head.tensor);
      return {
        id,
        tensor: head.tensor,
        mark: head.status ?? (role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED'),
        dtype: output?.dtype ?? '',
        shape: output === undefined ? '' : shapeText(output.shape),
        identical: head.identical,
        ...(head.compared === undefined ? {} : { compared: head.compared }),
        class: head.class ?? '',
        metric: head.worst?.metric ?? '',
        overrun: head.worst === undefined ? Number.NaN : fromJsonNumber(head.worst.overrun),
      };
    });
}

export function shapeText(shape: readonly number[]): string {
  return shape.length === 0 ? 'scalar' : shape.map((length) => (length < 0 ? '?' : length)).join('×');
}

/** What is known of the bytes: to differ, or to be identical, every case must have been compared. */
export function bytesWords({ identical, compared }: TensorRow, cases: number): string {
  if (identical) return 'identical';
  if (compared === 0) return 'not compared';
  return compared === undefined ? 'differs' : `${compared} of ${count(cases, 'case')} compared`;
}

/** A stable sort; what has no value comes last either way. */
export function sortedTensors(
  rows: readonly TensorRow[],
  by: TensorSort,
  descending: boolean,
): readonly TensorRow[] {
  const sign = descending ? -1 : 1;
  return rows.toSorted((left, right) => {
    if (by === 'overrun') return byNumber(left.overrun, right.overrun, sign);
    if (by === 'status')
      return sign * (markRank(left.mark) - markRank(right.mark)) || overBy(right) - overBy(left);
    if (by === 'identical') return sign * (Number(left.identical) - Number(right.identical));
    const [one, other] = [left[by], right[by]];
    if (one === '' || other === '') return Number(one === '') - Number(other === '');
    return sign * compareText(one, other);
  });
}

/** Finite, so that two infinite ones can be told equal. */
function overBy({ overrun }: TensorRow): number {
  return overrun > 0 ? Math.min(overrun, Number.MAX_VALUE) : 0;
}

function byNumber(left: number, right: number, sign: number): number {
  if (Number.isNaN(left) || Number.isNaN(right))
    return Number(Number.isNaN(left)) - Number(Number.isNaN(right));
  return left === right ? 0 : sign * (left < right ? -1 : 1);
}

/** Worst first; what nobody judged comes last. */
export function markRank(mark: Mark): number {
  return mark === 'REFERENCE' || mark === 'NOT_JUDGED' ? 100 : statusRank(mark);
}

function wordsOf(mark: Mark): string {
  return mark === 'REFERENCE' || mark === 'NOT_JUDGED' ? '' : STATUS_WORDS[mark];
}

/** Rows that hold every word of the text, case ignored. */
export function matchingTensors(rows: readonly TensorRow[], text: string): readonly TensorRow[] {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return rows;
  return rows.filter((row) => {
    const said = [
      row.tensor,
      row.dtype,
      row.metric,
      row.mark,
      wordsOf(row.mark),
      row.mark === 'REFERENCE' ? '' : bytesWords(row, row.compared ?? 0),
    ]
      .join(' ')
      .toLowerCase();
    return words.every((word) => said.includes(word));
  });
}
