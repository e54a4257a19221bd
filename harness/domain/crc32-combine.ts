/** x^32 + … + 1 of CRC-32 (ISO 3309), its bits reflected: the highest bit stands for x^0. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** x^(2^n) modulo the polynomial, n from 0 to 31; x^(2^32) is x again, because the polynomial is primitive. */
const POWERS = squares(0x40000000, 32);

/**
 * The CRC-32 of two stretches of bytes laid end to end, from the CRC-32 of each: crc(left)·x^(8·n) + crc(right) over GF(2),
 * n the bytes of the right one. After crc32_combine of zlib 1.3.
 */
export function combineCrc32(left: number, right: number, rightBytes: number): number {
  return (multiply(power(8 * rightBytes), left) ^ right) >>> 0;
}

/** x^exponent modulo the polynomial; the exponent may exceed 32 bits. */
function power(exponent: number): number {
  let product = ONE;
  let rest = exponent;
  for (let n = 0; rest > 0; n = (n + 1) % POWERS.length) {
    if (rest % 2 === 1) product = multiply(POWERS[n]!, product);
    rest = Math.floor(rest / 2);
  }
  return product;
}

/** The product of two polynomials over GF(2) modulo the CRC's. */
function multiply(left: number, right: number): number {
  let product = 0;
  let shifted = right;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if (left & bit) product ^= shifted;
    shifted = shifted & 1 ? (shifted >>> 1) ^ POLYNOMIAL : shifted >>> 1;
  }
  return product >>> 0;
}

function squares(first: number, count: number): readonly number[] {
  const powers = [first];
  while (powers.length < count) powers.push(multiply(powers.at(-1)!, powers.at(-1)!));
  return powers;
}
