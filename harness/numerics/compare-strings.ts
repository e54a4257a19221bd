import type { WorstElement } from '../domain/run-files.ts';
import type { Tensor } from '../domain/tensor.ts';
import { elementCount } from '../domain/tensor.ts';
import { multiIndex } from './worst-list.ts';

/** What two string tensors have in common, element by element and byte by byte. */
export interface StringDifferences {
  readonly elements: number;
  readonly mismatched: number;
  /** The first that differ, in C order. */
  readonly worstElements: readonly WorstElement[];
}

/** Longest text of one element that a report shows, in characters. */
const SHOWN_CHARACTERS = 200;

/**
 * Cuts a string tensor into elements, each a uint32 little-endian byte length and as many bytes of UTF-8.
 * Undefined when the bytes do not hold exactly the elements of the shape.
 */
export function splitStrings(tensor: Tensor): readonly Uint8Array[] | undefined {
  const { data } = tensor;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const expected = elementCount(tensor.shape);
  const elements: Uint8Array[] = [];
  let offset = 0;
  while (offset + 4 <= data.byteLength && elements.length < expected) {
    const start = offset + 4;
    offset = start + view.getUint32(offset, true);
    elements.push(data.subarray(start, offset));
  }
  return offset === data.byteLength && elements.length === expected ? elements : undefined;
}

/** Compares strings for equality of their bytes: decoding would make two broken sequences equal. */
export function compareStrings(
  reference: readonly Uint8Array[],
  candidate: readonly Uint8Array[],
  shape: readonly number[],
  worstCount: number,
): StringDifferences {
  const different = reference.flatMap((bytes, flat) => (sameBytes(bytes, candidate[flat]!) ? [] : [flat]));
  return {
    elements: reference.length,
    mismatched: different.length,
    worstElements: different.slice(0, worstCount).map((flat) => ({
      index: multiIndex(flat, shape),
      reference: shown(reference[flat]!),
      candidate: shown(candidate[flat]!),
    })),
  };
}

export function sameBytes(reference: Uint8Array, candidate: Uint8Array): boolean {
  return Buffer.compare(reference, candidate) === 0;
}

function shown(bytes: Uint8Array): string {
  const characters = [...new TextDecoder().decode(bytes.subarray(0, 4 * SHOWN_CHARACTERS))];
  const cut = characters.length > SHOWN_CHARACTERS || bytes.length > 4 * SHOWN_CHARACTERS;
  return cut ? `${characters.slice(0, SHOWN_CHARACTERS).join('')}…` : characters.join('');
}
