import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { attribute } from '../../harness/onnx/graph-index.ts';
import { decodeModel, encodeModel } from '../../harness/onnx/proto.ts';
import { info, model, node } from './build-model.ts';

const DIGITS = path.join(import.meta.dirname, '../../fixtures/digits/models');

test.for(['f32', 'u8s8', 'qop', 'dyn', 'q4'])('digits.%s.onnx is written back byte for byte', (variant) => {
  const bytes = readFileSync(path.join(DIGITS, `digits.${variant}.onnx`));
  expect(bytes.equals(encodeModel(decodeModel(bytes, 'm.onnx')))).toBe(true);
});

test('64-bit attributes survive where a number would round', () => {
  // 2^53 + 1 as protobuf's varint: field 3 (i) of an AttributeProto
  const graph = { node: [node('Cast', ['x'], 'y', [{ name: 'to', type: 2, i: 0 }])], output: [info('y')] };
  const decoded = decodeModel(model(graph), 'm.onnx');
  Object.assign(decoded.graph.node![0]!.attribute![0]!, { i: { low: 1, high: 2 ** 21, unsigned: false } });
  const again = decodeModel(encodeModel(decoded), 'm.onnx');
  expect(attribute(again.graph.node![0]!, 'to')?.i).toMatchObject({ low: 1, high: 2 ** 21 });
});

test('a field that ONNX 1.10 did not have does not stop the reading', () => {
  // field 26 (configuration), length-delimited, two bytes
  const newer = Buffer.concat([model({ output: [info('y')] }), Buffer.from([0xd2, 0x01, 2, 0x0a, 0])]);
  expect(decodeModel(newer, 'm.onnx').graph.output?.[0]?.name).toBe('y');
});
