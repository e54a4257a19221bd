import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { decodeModel, encodeModel, type TensorProto } from '../../../harness/onnx/proto.ts';
import { compareWeights } from '../../../harness/stages/check/compare-weights.ts';

const models = path.resolve(import.meta.dirname, '../../../fixtures/digits/models');
const FLOAT = 1;
const INT64 = 7;
const INT4 = 22;

function model(initializer: readonly TensorProto[]) {
  const bytes = encodeModel({
    irVersion: 8,
    graph: { name: 'g', initializer: [...initializer], output: [{ name: 'y' }], node: [] },
  });
  return { bytes, path: 'made.onnx' };
}

const floats = (name: string, ...floatData: number[]): TensorProto => ({
  name,
  dataType: FLOAT,
  dims: [floatData.length],
  floatData,
});

test('the same model twice has no change', () => {
  const one = model([floats('w', 1, 2)]);
  expect(compareWeights(one, one)).toEqual({
    weights: [],
    initializers: { base: 1, head: 1 },
    nodes: { base: 0, head: 0 },
  });
});

test('changed elements are counted by their bits, and the largest difference is told', () => {
  const { weights } = compareWeights(model([floats('w', 1, 2, 3)]), model([floats('w', 1, 2.5, 1)]));
  expect(weights).toEqual([
    {
      initializer: 'w',
      change: 'changed',
      dtype: 'float32',
      shape: [3],
      elements: 3,
      changed: 2,
      max_abs: 2,
      bytes: 12,
    },
  ]);
});

test('a NaN is told, and -0 is another weight than 0', () => {
  const change = (before: number, after: number) =>
    compareWeights(model([floats('w', before)]), model([floats('w', after)])).weights[0];
  expect(change(1, Number.NaN)).toMatchObject({ changed: 1, max_abs: 'NaN' });
  expect(change(0, -0)).toMatchObject({ changed: 1, max_abs: 0 });
});

test('an initializer that is new, gone or of another shape is no changed one', () => {
  const { weights } = compareWeights(
    model([floats('gone', 1), floats('grown', 1)]),
    model([floats('grown', 1, 2), floats('new', 1)]),
  );
  expect(weights.map(({ initializer, change, before }) => [initializer, change, before?.shape])).toEqual([
    ['grown', 'reshaped', [1]],
    ['new', 'added', undefined],
    ['gone', 'removed', undefined],
  ]);
});

test('two elements to a byte are two', () => {
  const packed = (...bytes: number[]): TensorProto => ({
    name: 'w',
    dataType: INT4,
    dims: [3],
    rawData: Uint8Array.from(bytes),
  });
  expect(compareWeights(model([packed(0x21, 0x03)]), model([packed(0x31, 0x04)])).weights[0]).toMatchObject({
    changed: 2,
    max_abs: 1,
  });
});

test('int64 has no largest difference, and is compared all the same', () => {
  const long = (low: number): TensorProto => ({
    name: 'w',
    dataType: INT64,
    dims: [1],
    rawData: Uint8Array.from([low, 0, 0, 0, 0, 0, 0, 0]),
  });
  expect(compareWeights(model([long(1)]), model([long(2)])).weights[0]).toMatchObject({
    changed: 1,
    max_abs: null,
  });
});

test('the reduced-range digits have other weights and scales, and the same graph', async () => {
  const read = async (name: string) => ({ bytes: await readFile(path.join(models, name)), path: name });
  const [base, head] = [await read('digits.u8s8-reduced.onnx'), await read('digits.u8s8.onnx')];
  const { weights, nodes, initializers } = compareWeights(base, head);
  expect(weights.map(({ initializer }) => initializer)).toContain('c1_W_q');
  expect(weights.find(({ initializer }) => initializer === 'c1_W_q')).toMatchObject({
    dtype: 'int8',
    shape: [16, 1, 5, 5],
    elements: 400,
    max_abs: 63,
  });
  expect(new Set(weights.map(({ change }) => change))).toEqual(new Set(['changed']));
  expect(nodes.base).toBe(nodes.head);
  expect(initializers.base).toBe(decodeModel(base.bytes, 'base').graph.initializer!.length);
});
