/** In a 32-bit field: the value stands in the ZIP64 extra field instead. */
const IN_ZIP64 = 0xffffffff;

const ZIP64 = 0x0001;

/**
 * Replaces the values that say so by those of the ZIP64 extra field, which holds them alone, in this order: size, packed size,
 * offset (APPNOTE.TXT 6.3, 4.5.3). Undefined when the extra fields are damaged, or lack a value.
 */
export function resolveZip64(extra: Uint8Array, values: readonly number[]): number[] | undefined {
  const view = new DataView(extra.buffer, extra.byteOffset, extra.byteLength);
  let [at, end] = [0, 0];
  for (let next = 0; next < extra.byteLength; ) {
    if (next + 4 > extra.byteLength) return undefined;
    const dataAt = next + 4;
    const dataEnd = dataAt + view.getUint16(next + 2, true);
    if (dataEnd > extra.byteLength) return undefined;
    if (view.getUint16(next, true) === ZIP64) [at, end] = [dataAt, dataEnd];
    next = dataEnd;
  }
  const resolved: number[] = [];
  for (const value of values) {
    if (value !== IN_ZIP64) {
      resolved.push(value);
      continue;
    }
    if (at + 8 > end) return undefined;
    resolved.push(Number(view.getBigUint64(at, true)));
    at += 8;
  }
  return resolved;
}
