import type { InputRow } from './input-row.ts';

/** More than any reader reads, and little enough to be held as text. */
const MOST_ELEMENTS = 1 << 20;

const UTF8 = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * Elements as text: strings and bytes as UTF-8, integers as tokens of the vocabulary, or as numbers without one. Zeros at the end
 * of bytes pad them, and are left out. A broken sequence shows as U+FFFD, an id beyond the vocabulary as `<id 7>`.
 * @param vocabulary tokens in the order of their ids
 */
export function inputText(
  { dtype, values: all }: InputRow,
  vocabulary: readonly string[] | undefined,
): string {
  const values = all.slice(0, MOST_ELEMENTS) as typeof all;
  const rest = all.length - values.length;
  const shown = textOf(dtype, values, vocabulary);
  return rest === 0 ? shown : `${shown} … and ${rest} more elements`;
}

function textOf(
  dtype: InputRow['dtype'],
  values: InputRow['values'],
  vocabulary: readonly string[] | undefined,
): string {
  if (!(values instanceof Float64Array)) return values.map((each) => UTF8.decode(each)).join(' ');
  if (vocabulary !== undefined) {
    return Array.from(values, (id) => vocabulary[id] ?? `<id ${id}>`).join(' ');
  }
  if (dtype !== 'uint8' && dtype !== 'int8') return values.join(' ');
  // A negative int8 is a byte of UTF-8 beyond ASCII: Uint8Array wraps it.
  const bytes = Uint8Array.from(values);
  return UTF8.decode(bytes.subarray(0, bytes.findLastIndex((byte) => byte !== 0) + 1));
}
