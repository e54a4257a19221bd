/** Reverses the bytes of every word, in place: big-endian to little-endian. Words have 1, 2, 4 or 8 bytes. */
export function swapBytes(data: Uint8Array, wordBytes: number): void {
  const buffer = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  if (wordBytes === 2) buffer.swap16();
  if (wordBytes === 4) buffer.swap32();
  if (wordBytes === 8) buffer.swap64();
}

/**
 * Elements in Fortran order (first index fastest) as a copy in C order (last index fastest). None of the lengths is 0, and the
 * data start at a multiple of 4 bytes.
 */
export function toCOrder(data: Uint8Array, shape: readonly number[], elementBytes: number): Uint8Array {
  const ordered = new Uint8Array(data.byteLength);
  const words = elementBytes % 4 === 0 ? Uint32Array : elementBytes % 2 === 0 ? Uint16Array : Uint8Array;
  const from = new words(
    data.buffer as ArrayBuffer,
    data.byteOffset,
    data.byteLength / words.BYTES_PER_ELEMENT,
  );
  const to = new words(ordered.buffer);
  const width = elementBytes / words.BYTES_PER_ELEMENT;
  const strides = shape.map((_, axis) =>
    shape.slice(0, axis).reduce((product, length) => product * length, width),
  );
  const last = shape.length - 1;
  const [rowLength, rowStride] = [shape[last]!, strides[last]!];
  const index = shape.map(() => 0);
  let row = 0;
  for (let target = 0; target < to.length; ) {
    for (let column = 0; column < rowLength; column++) {
      const source = row + column * rowStride;
      for (let word = 0; word < width; word++) to[target++] = from[source + word]!;
    }
    for (let axis = last - 1; axis >= 0; axis--) {
      index[axis]!++;
      row += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      row -= index[axis]! * strides[axis]!;
      index[axis] = 0;
    }
  }
  return ordered;
}
