import { expect, test } from 'vitest';
import { SESSION_CONFIG_KEYS } from '../../harness/config/session-config-keys.ts';
import type { IslandFacts } from '../../harness/diagnosis/evidence.ts';
import { experimentsFor } from '../../harness/diagnosis/experiments.ts';
import type { Delegate } from '../../harness/domain/device.ts';
import { CORTEX_A76, HASWELL, NEOVERSE_V1, side, VNNI } from './made-evidence.ts';

const MATMUL: IslandFacts = {
  node: 'dense',
  opType: 'MatMul',
  operators: ['DequantizeLinear', 'MatMul', 'QuantizeLinear'],
  constants: [],
  u8s8FullRange: true,
};
const BF16 = { 'mlas.enable_gemm_fastmath_arm64_bfloat16': '1' };
const EVERYTHING = { ...BF16, 'session.set_denormal_as_zero': '1' };

const PLANNED: readonly [isa: readonly string[], delegate: Partial<Delegate>, names: readonly string[]][] = [
  [VNNI, {}, ['optimization-disabled']],
  [VNNI, { optimization: 'disabled' }, []],
  [HASWELL, {}, ['x64quantprecision', 'optimization-disabled']],
  [HASWELL, { sessionConfig: { 'session.x64quantprecision': '1' } }, ['optimization-disabled']],
  [HASWELL, { runtime: 'onnxruntime-web', provider: 'webgpu' }, ['optimization-disabled']],
  [CORTEX_A76, { threads: 4 }, ['optimization-disabled', 'kleidiai-disabled', 'one-thread']],
  [CORTEX_A76, { sessionConfig: { 'mlas.disable_kleidiai': '1' } }, ['optimization-disabled']],
  [
    NEOVERSE_V1,
    { sessionConfig: BF16 },
    ['bf16-fast-math-off', 'optimization-disabled', 'kleidiai-disabled'],
  ],
  [
    NEOVERSE_V1,
    { sessionConfig: EVERYTHING, threads: 4 },
    ['bf16-fast-math-off', 'denormals-kept', 'optimization-disabled', 'kleidiai-disabled'],
  ],
];

test.for(PLANNED)('%j with %j tries %j', ([isa, delegate, names]) => {
  expect(experimentsFor(MATMUL, side(isa, delegate)).map(({ name }) => name)).toEqual(names);
});

test('nothing is multiplied: neither KleidiAI nor the precision of products is tried', () => {
  const island = { ...MATMUL, opType: 'Tanh', operators: ['Tanh'], u8s8FullRange: false };
  expect(experimentsFor(island, side(CORTEX_A76)).map(({ name }) => name)).toEqual(['optimization-disabled']);
  expect(experimentsFor(island, side(HASWELL)).map(({ name }) => name)).toEqual(['optimization-disabled']);
});

test('every option that an experiment sets is one that a delegate may set', () => {
  const planned = PLANNED.flatMap(([isa, delegate]) => experimentsFor(MATMUL, side(isa, delegate)));
  const keys = planned.flatMap(({ delegate }) => Object.keys(delegate.sessionConfig ?? {}));
  expect(new Set(keys).size).toBe(4);
  expect(keys.filter((key) => !SESSION_CONFIG_KEYS.includes(key))).toEqual([]);
});
