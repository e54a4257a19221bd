/** Numbers of the dtypes that kernels know; formats.ts of the folder above has the same. */
export const FLOAT32: i32 = 0;
export const FLOAT16: i32 = 1;
export const BFLOAT16: i32 = 2;
export const INT32: i32 = 3;
export const UINT32: i32 = 4;
export const INT16: i32 = 5;
export const UINT16: i32 = 6;
export const INT8: i32 = 7;
export const UINT8: i32 = 8;
export const INT4: i32 = 9;
export const UINT4: i32 = 10;
export const BOOL: i32 = 11;

/** Bytes from one block of a format to the next. */
export function blockBytes(format: i32): usize {
  if (format === FLOAT32 || format === INT32 || format === UINT32) return 4096;
  if (format <= UINT16) return 2048;
  return isPacked(format) ? 512 : 1024;
}

/** True for the formats that hold two elements a byte. */
export function isPacked(format: i32): bool {
  return format === INT4 || format === UINT4;
}

/** True for the formats of at most 8 bits whose values have a sign. */
export function isSigned8(format: i32): bool {
  return format === INT8 || format === INT4;
}
