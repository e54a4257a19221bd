/** Random numbers that are the same on every machine (mulberry32): whole numbers below a bound. */
export type Random = (below: number) => number;

/** One stream for each input of a run, so that any input can be made again alone. */
export function randomOf(seed: number, input: number): Random {
  let state = Math.imul(seed, 0x9e3779b1) ^ Math.imul(input + 1, 0x85ebca6b);
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
  };
}

export type Mutation = (bytes: Buffer, random: Random) => Buffer;

const EXTREMES = [
  '0',
  '-1',
  '255',
  '65535',
  '4294967295',
  '4294967296',
  '9007199254740993',
  '99999999999999999999',
];

/** What can happen to a file. Each gives new bytes and leaves the old ones alone. */
export const MUTATIONS: Readonly<Record<string, Mutation>> = {
  'one bit': (bytes, random) => replaced(bytes, random(bytes.length), (old) => [old ^ (1 << random(8))]),
  'one byte': (bytes, random) => replaced(bytes, random(bytes.length), () => [random(256)]),
  'a cut at the end': (bytes, random) => bytes.subarray(0, random(bytes.length)),
  'a cut at the start': (bytes, random) => bytes.subarray(random(bytes.length)),
  'a hole': (bytes, random) => {
    const [start, end] = range(bytes, random);
    return Buffer.concat([bytes.subarray(0, start), bytes.subarray(end)]);
  },
  'bytes put in': (bytes, random) => {
    const at = random(bytes.length + 1);
    const extra = Buffer.from(Array.from({ length: 1 + random(16) }, () => random(256)));
    return Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)]);
  },
  'bytes at the end': (bytes, random) => Buffer.concat([bytes, Buffer.alloc(1 + random(64), random(256))]),
  'a run of zeros': (bytes, random) => filled(bytes, random, 0),
  'a run of ones': (bytes, random) => filled(bytes, random, 0xff),
  'two regions swapped': (bytes, random) => {
    const [a, b, c, d] = [0, 0, 0, 0].map(() => random(bytes.length + 1)).sort((left, right) => left - right);
    const part = (from?: number, to?: number) => bytes.subarray(from, to);
    return Buffer.concat([part(0, a), part(c, d), part(b, c), part(a, b), part(d)]);
  },
  'a region copied over another': (bytes, random) => {
    const [start, end] = range(bytes, random);
    const copy = Buffer.from(bytes);
    copy.set(bytes.subarray(start, end), random(bytes.length - (end - start) + 1));
    return copy;
  },
  'the file twice': (bytes) => Buffer.concat([bytes, bytes]),
  'an extreme whole number': (bytes, random) => {
    const width = [1, 2, 4, 8][random(4)]!;
    const value = [Buffer.alloc(8, 0), Buffer.alloc(8, 0xff), Buffer.from('ffffffffffffff7f', 'hex')][
      random(3)
    ]!;
    const at = nearAnEnd(bytes, random);
    return replaced(bytes, at, () => [...(random(2) ? value.subarray(8 - width) : value.subarray(0, width))]);
  },
  'an extreme number in text': (bytes, random) => {
    const numbers = [...bytes.toString('latin1').matchAll(/\d+/g)];
    const found = numbers[random(numbers.length)];
    if (!found) return bytes;
    const extreme = Buffer.from(EXTREMES[random(EXTREMES.length)]!);
    const rest = bytes.subarray(found.index + found[0].length);
    // what follows moves, or loses the blanks that a header is padded with
    const padded = random(2)
      ? rest
      : Buffer.from(rest.toString('latin1').replace(' '.repeat(extreme.length - 1), ''), 'latin1');
    return Buffer.concat([bytes.subarray(0, found.index), extreme, padded]);
  },
};

function replaced(bytes: Buffer, at: number, by: (old: number) => number[]): Buffer {
  const copy = Buffer.from(bytes);
  for (const [offset, byte] of by(bytes[at] ?? 0).entries()) {
    if (at + offset < copy.length) copy[at + offset] = byte;
  }
  return copy;
}

function filled(bytes: Buffer, random: Random, value: number): Buffer {
  const [start, end] = range(bytes, random);
  return Buffer.from(bytes).fill(value, start, end);
}

/** A range of at most 64 bytes. */
function range(bytes: Buffer, random: Random): [start: number, end: number] {
  const start = random(bytes.length);
  return [start, Math.min(bytes.length, start + 1 + random(64))];
}

/** Headers stand at the start, a ZIP's directory at the end. */
function nearAnEnd(bytes: Buffer, random: Random): number {
  const near = random(Math.min(bytes.length, 160));
  return [near, bytes.length - 1 - near, random(bytes.length)][random(3)]!;
}
