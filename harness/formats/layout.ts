/** Reverses the bytes of every element, in place: big-endian to little-endian. */
export function swapBytes(data: Uint8Array, elementBytes: number): void {
  if (elementBytes < 2) return;
  for (let at = 0; at + elementBytes <= data.length; at += elementBytes) {
    data.subarray(at, at + elementBytes).reverse();
  }
}

/** Elements in Fortran order (first index fastest) as a copy in C order (last index fastest). */
export function toCOrder(data: Uint8Array, shape: readonly number[], elementBytes: number): Uint8Array {
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
