/** Layout of a binary float of at most 16 bits: one sign bit, then exponent, then fraction. */
interface FloatLayout {
  readonly exponentBits: number;
  readonly fractionBits: number;
  readonly bias: number;
  /** `ieee`: the top exponent holds infinities and NaN. `finite`: only all ones is NaN, there is no infinity. */
  readonly top: 'ieee' | 'finite';
}

export type SmallFloat = 'float16' | 'bfloat16' | 'float8e4m3fn' | 'float8e5m2';

/** IEEE 754-2019 binary16; bfloat16 is the upper half of binary32; float8 as in arXiv 2209.05433. */
const LAYOUTS: Readonly<Record<SmallFloat, FloatLayout>> = {
  float16: { exponentBits: 5, fractionBits: 10, bias: 15, top: 'ieee' },
  bfloat16: { exponentBits: 8, fractionBits: 7, bias: 127, top: 'ieee' },
  float8e4m3fn: { exponentBits: 4, fractionBits: 3, bias: 7, top: 'finite' },
  float8e5m2: { exponentBits: 5, fractionBits: 2, bias: 15, top: 'ieee' },
};

const tables = new Map<SmallFloat, Float64Array>();

/** The value of every bit pattern of a dtype: float64[2^bits], exact. Built once; at most 512 KiB. */
export function smallFloatTable(dtype: SmallFloat): Float64Array {
  const known = tables.get(dtype);
  if (known) return known;
  const layout = LAYOUTS[dtype];
  const patterns = 2 ** (1 + layout.exponentBits + layout.fractionBits);
  const table = Float64Array.from({ length: patterns }, (_, bits) => decodeBits(bits, layout));
  tables.set(dtype, table);
  return table;
}

/** (-1)^sign · 2^(exponent - bias) · (1 + fraction/2^n); subnormals: (-1)^sign · 2^(1 - bias) · fraction/2^n. */
function decodeBits(bits: number, layout: FloatLayout): number {
  const { exponentBits, fractionBits, bias, top } = layout;
  const topExponent = 2 ** exponentBits - 1;
  const fraction = bits & (2 ** fractionBits - 1);
  const exponent = (bits >> fractionBits) & topExponent;
  const sign = bits >> (exponentBits + fractionBits) === 0 ? 1 : -1;
  if (exponent === topExponent && top === 'ieee') return fraction === 0 ? sign * Infinity : Number.NaN;
  if (exponent === topExponent && fraction === 2 ** fractionBits - 1) return Number.NaN;
  const significand = fraction / 2 ** fractionBits + (exponent === 0 ? 0 : 1);
  return sign * significand * 2 ** (Math.max(exponent, 1) - bias);
}
