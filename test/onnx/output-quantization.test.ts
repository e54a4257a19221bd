import { expect, test } from 'vitest';
import type { Quantization } from '../../harness/domain/tensor.ts';
import { readModelFacts } from '../../harness/onnx/model-facts.ts';
import type { NodeProto } from '../../harness/onnx/proto.ts';
import { constant, info, model, node } from './build-model.ts';

const initializer = [
  constant('s', 'float32', [0.5], []),
  constant('z', 'uint8', [7], []),
  constant('one', 'float32', [0.5]),
  constant('ss', 'float32', [0.5, 0.25]),
  constant('zz', 'int8', [0, -1]),
  constant('half', 'float16', [0x3400], []),
];

const perTensor: Quantization = { scale: [0.5], zeroPoint: [7], axis: null };
const perAxis = (axis: number): Quantization => ({ scale: [0.5, 0.25], zeroPoint: [0, -1], axis });
const int = (name: string, i: number) => [{ name, type: 2, i }];
const dequantize = (to: string) => node('DequantizeLinear', ['q', 's', 'z'], to);
const dequantizeAxes = (to: string, axis: NodeProto['attribute'] = []) =>
  node('DequantizeLinear', ['q', 'ss', 'zz'], to, axis);

test.for<[what: string, nodes: readonly NodeProto[], expected: Quantization | undefined]>([
  ['from DequantizeLinear', [dequantize('y')], perTensor],
  ['no zero point is 0', [node('DequantizeLinear', ['q', 's'], 'y')], { ...perTensor, zeroPoint: [0] }],
  [
    'a float16 scale',
    [node('DequantizeLinear', ['q', 'half'], 'y')],
    { scale: [0.25], zeroPoint: [0], axis: null },
  ],
  [
    'a scale with one axis of one',
    [node('DequantizeLinear', ['q', 'one'], 'y')],
    { ...perTensor, zeroPoint: [0] },
  ],
  ['per axis, 1 unless told', [dequantizeAxes('y')], perAxis(1)],
  ['per axis, as told', [dequantizeAxes('y', int('axis', 0))], perAxis(0)],
  [
    'through Flatten and Reshape',
    [dequantize('a'), node('Flatten', ['a'], 'b'), node('Reshape', ['b'], 'y')],
    perTensor,
  ],
  ['per axis through Identity', [dequantizeAxes('a'), node('Identity', ['a'], 'y')], perAxis(1)],
  ['per axis through Transpose', [dequantizeAxes('a'), node('Transpose', ['a'], 'y')], undefined],
  ['through Softmax', [dequantize('a'), node('Softmax', ['a'], 'y')], undefined],
  [
    'a scale that is computed',
    [node('Neg', ['q'], 'n'), node('DequantizeLinear', ['q', 'n'], 'y')],
    undefined,
  ],
  ['a scale per block', [dequantizeAxes('y', int('block_size', 2))], undefined],
  ['as many zero points as scales', [node('DequantizeLinear', ['q', 'ss', 'z'], 'y')], undefined],
  ['an input handed through', [node('Identity', ['q'], 'y')], undefined],
  ['a loop ends', [node('Identity', ['y'], 'y')], undefined],
])('%s', ([, nodes, expected]) => {
  const bytes = model({ input: [info('q', 'uint8')], output: [info('y')], node: [...nodes], initializer });
  expect(readModelFacts(bytes, 'm.onnx').outputs[0]?.quantization).toEqual(expected);
});
