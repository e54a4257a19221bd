/** Reverses the bytes of every word, in place: big-endian to little-endian. Words have 1, 2, 4 or 8 bytes. */
export function swapBytes(data: Uint8Array, wordBytes: number): void {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (wordBytes === 2) buffer.swap16();
  if (wordBytes === 4) buffer.swap32();
  if (wordBytes === 8) buffer.swap64();
}

/** Elements in Fortran order (first index fastest) as a copy in C order (last index fastest). */
export function toCOrder(
  data: Uint8Array,
  shape: readonly number[],
  elementBytes: number,
): Uint8Array<ArrayBuffer> {
  const ordered = new Uint8Array(data.byteLength);
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, elementBytes),
  );
  const index = shape.map(() => 0);
  let source = 0;
  for (let target = 0; target < ordered.length; target += elementBytes) {
    for (let byte = 0; byte < elementBytes; byte++) ordered[target + byte] = data[source + byte]!;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      source += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      source -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return ordered;
}
