import type { Evidence } from '../../harness/diagnosis/evidence.ts';
import { randomOf } from '../planted/made-models.ts';
import {
  bytes,
  CORTEX_A76,
  evidence,
  FLOAT_MATMUL,
  floats,
  HASWELL,
  NEOVERSE_V1,
  seen,
  side,
  tried,
} from './made-evidence.ts';

export interface Scenario {
  readonly name: string;
  /** What must be said first. */
  readonly cause: string;
  readonly make: (seed: number) => Evidence;
}

const SHAPE = [2, 6, 7, 8];
const COUNT = 2 * 6 * 7 * 8;
const ROWS = [16, 20];
const BF16_OPTION = 'mlas.enable_gemm_fastmath_arm64_bfloat16';
const FULL_RANGE = { u8s8FullRange: true };
const NBITS = { opType: 'MatMulNBits', operators: ['MatMulNBits'] };

/** About normal, by twelve uniform numbers. */
function normals(random: () => number, count: number, sigma: number): number[] {
  return Array.from({ length: count }, () => {
    let sum = -6;
    for (let i = 0; i < 12; i++) sum += random();
    return sum * sigma;
  });
}

const steps = (random: () => number, count = COUNT) =>
  normals(random, count, 40).map((value) => Math.round(value + 128));
const reals = (random: () => number, count = 320) => normals(random, count, 3).map(Math.fround);

/** Rounded to a significand of so many bits. */
function toBits(value: number, bits: number): number {
  if (value === 0) return 0;
  const ulp = 2 ** (Math.floor(Math.log2(Math.abs(value))) - bits + 1);
  return Math.round(value / ulp) * ulp;
}

/** Sums of products of operands that were rounded to so many bits, and exact ones, float32. */
function products(random: () => number, bits: number): { exact: number[]; rounded: number[] } {
  const exact: number[] = [];
  const rounded: number[] = [];
  for (let i = 0; i < 320; i++) {
    const left = normals(random, 64, 1);
    const right = normals(random, 64, 1);
    exact.push(Math.fround(left.reduce((sum, value, k) => sum + value * right[k]!, 0)));
    rounded.push(
      Math.fround(left.reduce((sum, value, k) => sum + toBits(value, bits) * toBits(right[k]!, bits), 0)),
    );
  }
  return { exact, rounded };
}

function permuted(values: readonly number[], shape: readonly number[], order: readonly number[]): number[] {
  const strideOf = (axis: number) => shape.slice(axis + 1).reduce((all, length) => all * length, 1);
  let places = [0];
  for (const axis of order) {
    const along = Array.from({ length: shape[axis]! }, (_, at) => at * strideOf(axis));
    places = places.flatMap((place) => along.map((step) => place + step));
  }
  return places.map((place) => values[place]!);
}

function reversedChannels(values: readonly number[]): number[] {
  return values.map((_, index) => {
    const [block, channel, at] = [Math.floor(index / 336), Math.floor(index / 56) % 6, index % 56];
    return values[block * 336 + (5 - channel) * 56 + at]!;
  });
}

/** One step up or down at one element in ten. */
function jittered(random: () => number, values: readonly number[]): number[] {
  return values.map((value) => (random() < 0.1 ? value + (random() < 0.5 ? 1 : -1) : value));
}

/** Large values lose up to 19 steps. */
function saturated(values: readonly number[]): number[] {
  return values.map((value) => (value > 160 ? value - Math.min(19, Math.round((value - 160) / 2)) : value));
}

const quantized = (
  change: (reference: number[], random: () => number) => number[],
  more: Partial<Parameters<typeof evidence>[0]> = {},
): ((seed: number) => Evidence) => {
  return (seed) => {
    const random = randomOf(seed);
    const reference = steps(random);
    return evidence({ ...more, samples: [bytes(SHAPE, reference, change(reference, random))] });
  };
};

const inFloats = (
  change: (reference: number[], random: () => number) => ArrayLike<number>,
  more: Partial<Parameters<typeof evidence>[0]> = {},
): ((seed: number) => Evidence) => {
  return (seed) => {
    const random = randomOf(seed);
    const reference = reals(random);
    const island = { ...FLOAT_MATMUL, ...more.island };
    return evidence({ ...more, island, samples: [floats(ROWS, reference, change(reference, random))] });
  };
};

const experimenting =
  (make: (seed: number) => Evidence, left: Parameters<typeof tried>[1]) => (seed: number) => {
    const made = make(seed);
    return { ...made, experiments: tried(made.samples[0]!, left) };
  };

const fromProducts = (bits: number, more: Partial<Parameters<typeof evidence>[0]>) => (seed: number) => {
  const { exact, rounded } = products(randomOf(seed), bits);
  return evidence({ ...more, island: FLOAT_MATMUL, samples: [floats(ROWS, exact, rounded)] });
};

const twoUlp = (reference: number[], random: () => number) =>
  reference.map((value) => Math.fround(value * (1 + (random() - 0.5) * 2 ** -21)));
const someGarbage = (_: number[], random: () => number) => steps(random);
const jitter = (reference: number[], random: () => number) => jittered(random, reference);
const haswell = { candidate: side(HASWELL), island: FULL_RANGE };

export const SCENARIOS: readonly Scenario[] = [
  {
    name: 'NaN at some elements',
    cause: 'nan-output',
    make: inFloats((reference) => reference.map((value) => (value > 4 ? Number.NaN : value))),
  },
  {
    name: 'infinity beyond float16',
    cause: 'nan-output',
    make: inFloats((reference) => reference.map((value) => (value > 4 ? Infinity : value))),
  },
  {
    name: 'NaN that a quantizer hides',
    cause: 'nan-output',
    make: (seed) => ({
      ...quantized((reference) => reference.map((value, index) => (index === 7 ? 0 : value)))(seed),
      beforeQuantizer: {
        reference: seen('float32', [4], [1, 2, 3, 4]),
        candidate: seen('float32', [4], [1, 2, 3, Number.NaN]),
      },
    }),
  },
  { name: 'a constant', cause: 'stuck-output', make: inFloats((reference) => reference.map(() => 0)) },
  {
    name: 'the same bytes for two cases',
    cause: 'stuck-output',
    make: (seed) => {
      const random = randomOf(seed);
      const stuck = steps(random);
      return evidence({
        samples: [bytes(SHAPE, steps(random), stuck), bytes(SHAPE, steps(random), stuck, 'case-1')],
      });
    },
  },
  {
    name: 'the answer of another case',
    cause: 'stuck-output',
    make: (seed) => {
      const random = randomOf(seed);
      const [first, second] = [steps(random), steps(random)];
      return evidence({ samples: [bytes(SHAPE, first, second), bytes(SHAPE, second, second, 'case-1')] });
    },
  },
  {
    name: 'NHWC, and a step here and there',
    cause: 'wrong-layout',
    make: quantized((reference, random) => jittered(random, permuted(reference, SHAPE, [0, 2, 3, 1]))),
  },
  {
    name: 'transposed floats',
    cause: 'wrong-layout',
    make: inFloats((reference) => permuted(reference, ROWS, [1, 0])),
  },
  {
    name: 'channels reversed, and a step here and there',
    cause: 'swapped-channels',
    make: quantized((reference, random) => jittered(random, reversedChannels(reference))),
  },
  {
    name: 'two classes swapped in one row',
    cause: 'swapped-channels',
    make: (seed) => {
      const reference = reals(randomOf(seed), 10);
      const candidate = [reference[1]!, reference[0]!, ...reference.slice(2)];
      return evidence({ island: FLOAT_MATMUL, samples: [floats([1, 10], reference, candidate)] });
    },
  },
  {
    name: 'one step more everywhere',
    cause: 'wrong-zero-point',
    make: quantized((reference) => reference.map((value) => value + 1)),
  },
  {
    name: 'three steps less, and a step here and there',
    cause: 'wrong-zero-point',
    make: quantized((reference, random) => reference.map((value) => value - 3 + (random() < 0.05 ? 1 : 0))),
  },
  {
    name: 'quantized with a scale 1 % larger',
    cause: 'wrong-scale',
    make: (seed) => {
      const real = normals(randomOf(seed), COUNT, 40);
      const at = (scale: number) => real.map((value) => Math.round(value / scale) + 128);
      return evidence({ samples: [bytes(SHAPE, at(1), at(1.01))] });
    },
  },
  {
    name: 'floats 1 % larger',
    cause: 'wrong-scale',
    make: inFloats((reference) => reference.map((value) => Math.fround(value * 1.01))),
  },
  { name: 'other bytes altogether', cause: 'broken-kernel', make: quantized(someGarbage) },
  {
    name: 'garbage magnitudes',
    cause: 'broken-kernel',
    make: inFloats((reference, random) => reference.map((value) => value + random() * 1e8)),
  },
  {
    name: 'the JSEP build',
    cause: 'broken-kernel',
    make: quantized(someGarbage, { candidate: side(HASWELL, { provider: 'webgpu', bundle: 'all' }) }),
  },
  {
    name: 'saturated, x64quantprecision mends it',
    cause: 'u8s8-saturation',
    make: experimenting(quantized(saturated, haswell), { x64quantprecision: 0, 'optimization-disabled': 0 }),
  },
  {
    name: 'saturated, x64quantprecision leaves steps of rounding',
    cause: 'u8s8-saturation',
    make: experimenting(quantized(saturated, haswell), { x64quantprecision: 1 / 19 }),
  },
  { name: 'saturated, nobody tried', cause: 'u8s8-saturation', make: quantized(saturated, haswell) },
  { name: 'a step here and there', cause: 'requantization-rounding', make: quantized(jitter) },
  {
    name: 'a step here and there without VNNI, x64quantprecision changes nothing',
    cause: 'requantization-rounding',
    make: experimenting(quantized(jitter, haswell), { x64quantprecision: 1, 'optimization-disabled': 0 }),
  },
  {
    name: 'ties away from zero',
    cause: 'requantization-rounding',
    make: quantized((reference, random) =>
      reference.map((value) => (value % 2 === 0 && random() < 0.1 ? value + (value < 128 ? -1 : 1) : value)),
    ),
  },
  {
    name: 'cut off instead of rounded',
    cause: 'requantization-rounding',
    make: (seed) => {
      const real = normals(randomOf(seed), COUNT, 40);
      const [rounded, cut] = [Math.round, Math.floor].map((round) => real.map((value) => round(value) + 128));
      return evidence({ samples: [bytes(SHAPE, rounded!, cut!)] });
    },
  },
  {
    name: 'cut off toward zero',
    cause: 'requantization-rounding',
    make: (seed) => {
      const real = normals(randomOf(seed), COUNT, 40);
      const [rounded, cut] = [Math.round, Math.trunc].map((round) => real.map((value) => round(value) + 128));
      return evidence({ samples: [bytes(SHAPE, rounded!, cut!)] });
    },
  },
  {
    name: 'a step at an Add, gone without fusion',
    cause: 'integer-add-order',
    make: experimenting(
      quantized(jitter, {
        island: {
          opType: 'Add',
          operators: ['DequantizeLinear', 'DequantizeLinear', 'Add', 'QuantizeLinear'],
        },
      }),
      { 'optimization-disabled': 0 },
    ),
  },
  {
    name: 'a step at an Add that stays without fusion',
    cause: 'requantization-rounding',
    make: experimenting(quantized(jitter, { island: { opType: 'QLinearAdd', operators: ['QLinearAdd'] } }), {
      'optimization-disabled': 1,
    }),
  },
  {
    name: 'float32 values of float16',
    cause: 'fp16-compute',
    make: inFloats((reference) => reference.map((value) => toBits(value, 11)), {
      candidate: side(HASWELL, { provider: 'webgpu' }),
    }),
  },
  {
    name: 'operands of float16 on a GPU',
    cause: 'fp16-compute',
    make: fromProducts(11, { candidate: side(HASWELL, { provider: 'webgpu' }) }),
  },
  {
    name: 'a float16 model on a CPU with float16 arithmetic',
    cause: 'fp16-compute',
    make: (seed) => {
      const random = randomOf(seed);
      const reference = reals(random).map((value) => toBits(value, 11));
      const candidate = reference.map((value) => toBits(value * (1 + (random() - 0.5) * 2 ** -7), 11));
      return evidence({
        island: FLOAT_MATMUL,
        candidate: side(CORTEX_A76),
        samples: [floats(ROWS, reference, candidate, 'float16')],
      });
    },
  },
  {
    name: 'bfloat16 operands, the option off mends it',
    cause: 'bf16-fast-math',
    make: experimenting(
      fromProducts(8, { candidate: side(NEOVERSE_V1, { sessionConfig: { [BF16_OPTION]: '1' } }) }),
      { 'bf16-fast-math-off': 2 ** -14, 'kleidiai-disabled': 1, 'optimization-disabled': 1 },
    ),
  },
  {
    name: 'bfloat16 operands with the option on',
    cause: 'bf16-fast-math',
    make: fromProducts(8, { candidate: side(NEOVERSE_V1, { sessionConfig: { [BF16_OPTION]: '1' } }) }),
  },
  { name: 'two ULP', cause: 'reduction-order', make: inFloats(twoUlp) },
  {
    name: 'two ULP on another CPU',
    cause: 'reduction-order',
    make: inFloats(twoUlp, { candidate: side(CORTEX_A76) }),
  },
  {
    name: 'two ULP at a product with weights of 4 bits',
    cause: 'reduction-order',
    make: inFloats(twoUlp, { island: NBITS }),
  },
  {
    name: 'subnormal outputs',
    cause: 'flush-to-zero',
    make: (seed) => {
      const reference = reals(randomOf(seed)).map((value) => value * 2 ** -128);
      const candidate = reference.map((value) => (Math.abs(value) < 2 ** -126 ? 0 : value));
      return evidence({
        island: { opType: 'Mul', operators: ['Mul'] },
        samples: [floats(ROWS, reference, candidate)],
      });
    },
  },
  {
    name: 'subnormal inputs',
    cause: 'flush-to-zero',
    make: (seed) => {
      const input = reals(randomOf(seed)).map((value) => value * 2 ** -128);
      const reference = input.map((value) => value * 2 ** 20);
      const candidate = input.map((value) => (Math.abs(value) < 2 ** -126 ? 0 : value * 2 ** 20));
      return evidence({
        island: { opType: 'Mul', operators: ['Mul'] },
        samples: [floats(ROWS, reference, candidate, 'float32', [seen('float32', ROWS, input)])],
      });
    },
  },
  {
    name: 'another polynomial of tanh',
    cause: 'approximated-transcendental',
    make: inFloats((reference, random) => reference.map((value) => value + (random() - 0.5) * 1e-5), {
      island: { opType: 'Tanh', operators: ['Tanh'] },
    }),
  },
  {
    name: 'large errors of both signs that go without fusion',
    cause: 'graph-optimization',
    make: experimenting(
      quantized((reference, random) => reference.map((value) => value + Math.round(random() * 8 - 4))),
      { 'optimization-disabled': 0 },
    ),
  },
  {
    name: 'an error that goes with one thread',
    cause: 'thread-count',
    make: experimenting(inFloats(twoUlp, { candidate: side(CORTEX_A76, { threads: 4 }) }), {
      'one-thread': 0,
      'optimization-disabled': 1,
    }),
  },
  {
    name: 'an error that goes without KleidiAI',
    cause: 'kleidiai',
    make: experimenting(
      inFloats((reference, random) => reference.map((value) => value * (1 + (random() - 0.5) / 50)), {
        candidate: side(NEOVERSE_V1),
        island: NBITS,
      }),
      { 'kleidiai-disabled': 0, 'optimization-disabled': 1 },
    ),
  },
  {
    name: 'errors that nothing explains, on another provider',
    cause: 'silent-fallback',
    make: (seed) => ({
      ...quantized((reference, random) => reference.map((value) => value + Math.round(random() * 8 - 4)))(
        seed,
      ),
      candidate: side(HASWELL, { provider: 'webgpu' }),
      provider: 'CPUExecutionProvider',
    }),
  },
];

/** Where nobody may be accused of a defect. */
export const INNOCENT: readonly Scenario[] = [
  { name: 'equal', cause: 'unknown', make: quantized((reference) => reference) },
  { name: 'equal, without VNNI', cause: 'unknown', make: quantized((reference) => reference, haswell) },
  { name: 'nothing at all', cause: 'unknown', make: () => evidence({ samples: [bytes([0, 4], [], [])] }) },
  {
    name: 'another shape',
    cause: 'unknown',
    make: (seed) => {
      const reference = steps(randomOf(seed), 20);
      const { candidate } = bytes([4, 4], [], reference.slice(0, 16));
      return evidence({ samples: [{ ...bytes([4, 5], reference, reference), candidate }] });
    },
  },
  {
    name: 'NaN on both sides',
    cause: 'unknown',
    make: () =>
      evidence({ island: FLOAT_MATMUL, samples: [floats([1, 3], [Number.NaN, 1, 2], [Number.NaN, 1, 2])] }),
  },
  {
    name: 'errors of four steps with no sign, without VNNI, and x64quantprecision changes nothing',
    cause: 'unknown',
    make: experimenting(
      quantized(
        (reference, random) => reference.map((value) => value + Math.round(random() * 8 - 4)),
        haswell,
      ),
      { x64quantprecision: 1, 'optimization-disabled': 1 },
    ),
  },
  {
    name: 'saturated, but the option changes nothing',
    cause: 'unknown',
    make: experimenting(quantized(saturated, haswell), { x64quantprecision: 1, 'optimization-disabled': 1 }),
  },
  {
    name: 'saturated, but the CPU has VNNI',
    cause: 'unknown',
    make: quantized(saturated, { island: FULL_RANGE }),
  },
  {
    name: 'errors of bfloat16’s size at a product with weights of 4 bits',
    cause: 'unknown',
    make: inFloats((reference, random) => reference.map((value) => value * (1 + (random() - 0.5) / 50)), {
      candidate: side(NEOVERSE_V1, { sessionConfig: { [BF16_OPTION]: '1' } }),
      island: NBITS,
    }),
  },
  {
    name: 'numbers whose squares overflow',
    cause: 'unknown',
    make: () => evidence({ island: FLOAT_MATMUL, samples: [floats([1, 2], [1e308, 1], [-1e308, 1e308])] }),
  },
  {
    name: 'operands of float16, on a CPU',
    cause: 'unknown',
    make: fromProducts(11, {}),
  },
  {
    name: 'operands of bfloat16, on a CPU without it',
    cause: 'unknown',
    make: fromProducts(8, {}),
  },
  {
    name: 'neighbours that rounded into each other’s value',
    cause: 'requantization-rounding',
    make: () =>
      evidence({
        samples: [
          bytes([1, 8], [90, 91, 120, 130, 140, 150, 160, 170], [91, 90, 120, 130, 140, 150, 160, 170]),
        ],
      }),
  },
];
