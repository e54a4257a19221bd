interface TypedArrayConstructor<View> {
  readonly BYTES_PER_ELEMENT: number;
  new (buffer: ArrayBufferLike, byteOffset: number, length: number): View;
}

/**
 * A typed array over a tensor's bytes. Tensors are little-endian, as is every machine that Node runs on today
 * but s390x and AIX. Copies only when the bytes start at an offset that the type cannot stand on.
 */
export function aligned<View>(type: TypedArrayConstructor<View>, data: Uint8Array): View {
  const length = Math.floor(data.byteLength / type.BYTES_PER_ELEMENT);
  if (data.byteOffset % type.BYTES_PER_ELEMENT === 0) return new type(data.buffer, data.byteOffset, length);
  return new type(data.slice().buffer, 0, length);
}
