import { describe, expect, test } from 'vitest';
import { diagnose } from '../../harness/diagnosis/diagnose.ts';
import { decodeModel } from '../../harness/onnx/proto.ts';
import { evidenceOf } from './island-evidence.ts';
import { type Layer, lookAt } from './looked.ts';
import { madeModel, subnormalModel } from './made-models.ts';
import { DEFECTS, type Defect, plant } from './plant.ts';

const SEEDS = [1, 2, 3];

/** What is planted in a layer of a quantized model, at which node of it, and what must be said. */
const QUANTIZED: readonly [Defect, Layer, node: string, cause: string][] = [
  ['zero-point', 'conv1', 'q_conv1', 'wrong-zero-point'],
  ['zero-point', 'conv1', 'dq_input', 'wrong-zero-point'],
  ['zero-point', 'dense', 'q_dense', 'wrong-zero-point'],
  ['scale', 'conv1', 'q_conv1', 'wrong-scale'],
  ['scale', 'conv1', 'dq_input', 'wrong-scale'],
  ['scale', 'dense', 'q_dense', 'wrong-scale'],
  ['swapped-channels', 'conv1', 'conv1', 'swapped-channels'],
  ['swapped-channels', 'dense', 'dense', 'swapped-channels'],
  ['wrong-layout', 'conv2', 'conv2', 'wrong-layout'],
  ['half-away', 'conv1', 'q_conv1', 'requantization-rounding'],
  ['stuck-output', 'conv1', 'conv1', 'stuck-output'],
];

const FLOAT: readonly [Defect, Layer, cause: string][] = [
  ['scale', 'conv1', 'wrong-scale'],
  ['swapped-channels', 'conv2', 'swapped-channels'],
  ['swapped-channels', 'dense', 'swapped-channels'],
  ['wrong-layout', 'conv1', 'wrong-layout'],
  ['stuck-output', 'dense', 'stuck-output'],
  ['nan', 'conv1', 'nan-output'],
];

/** Only the first layer is sure to read the reference's bytes when its target fuses kernels. */
function runsOf(layer: Layer): readonly (readonly [seed: number, optimization: 'disabled' | 'all'])[] {
  const optimizations = layer === 'conv1' ? (['disabled', 'all'] as const) : (['disabled'] as const);
  return SEEDS.flatMap((seed) => optimizations.map((optimization) => [seed, optimization] as const));
}

describe('a real run of a planted model', () => {
  test.for(QUANTIZED.flatMap((row) => runsOf(row[1]).map((run) => [...row, ...run] as const)))(
    'quantized: %s in %s at %s is %s, seed %i, optimization %s',
    async ([defect, layer, node, cause, seed, optimization]) => {
      const made = madeModel('qdq', seed);
      const planted = plant(defect, node, made.bytes);
      const looked = lookAt('qdq', layer, made);
      const evidence = await evidenceOf(made, planted, looked, { optimization });
      const [first] = diagnose(evidence);
      expect(first!.cause, JSON.stringify(first)).toBe(cause);
    },
  );

  test.for(FLOAT.flatMap((row) => SEEDS.map((seed) => [...row, seed] as const)))(
    'float: %s in %s is %s, seed %i',
    async ([defect, layer, cause, seed]) => {
      const made = madeModel('float', seed);
      const planted = plant(defect, layer, made.bytes);
      const looked = lookAt('float', layer, made);
      const evidence = await evidenceOf(made, planted, looked, { optimization: 'disabled' });
      const [first] = diagnose(evidence);
      expect(first!.cause, JSON.stringify(first)).toBe(cause);
    },
  );

  test.for(SEEDS)('flushed subnormals, seed %i', async (seed) => {
    const made = subnormalModel(seed);
    const looked = {
      facts: { node: 'shrink', opType: 'Mul', operators: ['Mul'], constants: [], u8s8FullRange: false },
      inputs: ['input'],
      output: 'shrink',
      grids: {},
    };
    const planted = plant('flush-to-zero', 'shrink', made.bytes);
    const evidence = await evidenceOf(made, planted, looked, { optimization: 'disabled' });
    expect(diagnose(evidence)[0]!.cause).toBe('flush-to-zero');
  });

  test.for(SEEDS)('nothing planted, fused kernels: no more than rounding is said, seed %i', async (seed) => {
    const made = madeModel('qdq', seed);
    const evidence = await evidenceOf(made, made.bytes, lookAt('qdq', 'conv1', made), {
      optimization: 'all',
    });
    expect(['unknown', 'requantization-rounding']).toContain(diagnose(evidence)[0]!.cause);
  });
});

const PLANTABLE: readonly [Defect, 'float' | 'qdq', node: string][] = [
  ['zero-point', 'qdq', 'q_conv1'],
  ['zero-point', 'qdq', 'conv1'],
  ['scale', 'qdq', 'dq_input'],
  ['scale', 'float', 'conv1'],
  ['swapped-channels', 'qdq', 'conv1'],
  ['wrong-layout', 'float', 'conv1'],
  ['half-away', 'qdq', 'conv1'],
  ['flush-to-zero', 'float', 'conv1'],
  ['stuck-output', 'qdq', 'dense'],
  ['nan', 'float', 'relu1'],
];

test('every defect is planted somewhere', () => {
  expect(new Set(PLANTABLE.map(([defect]) => defect))).toEqual(new Set(DEFECTS));
});

test.for(PLANTABLE)(
  '%s in a %s model at %s: other bytes, and every name is still there',
  ([defect, kind, at]) => {
    const { bytes } = madeModel(kind, 1);
    const planted = plant(defect, at, bytes);
    const names = (model: Uint8Array) =>
      decodeModel(model, 'the model').graph.node!.flatMap(({ name, output }) => [name!, ...output!]);
    const kept = new Set(names(planted));
    expect(planted).not.toEqual(bytes);
    expect(names(bytes).filter((name) => !kept.has(name))).toEqual([]);
  },
);

const NOT_PLANTABLE: readonly [Defect, 'float' | 'qdq', node: string][] = [
  ['zero-point', 'float', 'conv1'],
  ['half-away', 'float', 'conv1'],
  ['half-away', 'qdq', 'dq_dense'],
  ['swapped-channels', 'float', 'relu1'],
  ['scale', 'qdq', 'no such node'],
];

test.for(NOT_PLANTABLE)('%s in a %s model at %s: the bytes stay', ([defect, kind, at]) => {
  const { bytes } = madeModel(kind, 1);
  expect(plant(defect, at, bytes)).toBe(bytes);
});
