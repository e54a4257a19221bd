import { expect, test } from 'vitest';
import { readModelFacts } from '../../harness/onnx/model-facts.ts';
import type { GraphProto, NodeProto, TensorProto } from '../../harness/onnx/proto.ts';
import { constant, info, model, node } from './build-model.ts';

const SCALAR: number[] = [];
const grid = [
  constant('s', 'float32', [0.5], SCALAR),
  constant('u8', 'uint8', [3], SCALAR),
  constant('s8', 'int8', [0], SCALAR),
];
const full = constant('w', 'int8', [1, -65, 2]);
const reduced = constant('w', 'int8', [64, -64, 2]);
const unsigned = constant('w', 'uint8', [1, 255, 2]);

/** x (float) → QuantizeLinear with this zero point → … → what `operator` reads as "q". */
const quantize = (zeroPoint: string, to = 'q') => node('QuantizeLinear', ['x', 's', zeroPoint], to);
const dequantize = (from: string, to: string) => node('DequantizeLinear', [from, 's', 'u8'], to);
const weights = node('DequantizeLinear', ['w', 's', 's8'], 'wf');
const qdq = (opType: string) => [dequantize('q', 'xf'), weights, node(opType, ['xf', 'wf'], 'y')];
const qlinear = (opType: string, zeroPoint: string) =>
  node(opType, ['q', 's', zeroPoint, 'w', 's', 's8', 's', 'u8'], 'y');

const graph = (nodes: readonly NodeProto[], w: TensorProto, more: Partial<GraphProto> = {}): GraphProto => ({
  input: [info('x')],
  output: [info('y')],
  node: [...nodes],
  initializer: [...grid, w],
  ...more,
});

const uint8Input = { input: [info('q', 'uint8')] };
const constantNode: NodeProto = {
  ...node('Constant', [], 'w'),
  attribute: [{ name: 'value', type: 4, t: full }],
};
const ifBody = (nodes: readonly NodeProto[]): NodeProto =>
  node('If', ['condition'], 'y', [
    { name: 'then_branch', type: 5, g: { node: [...nodes], output: [info('y')] } },
  ]);

test.for<[what: string, graph: GraphProto, saturates: boolean, integer: boolean]>([
  ['Conv between Q and DQ, |w| 65', graph([quantize('u8'), ...qdq('Conv')], full), true, false],
  ['Conv between Q and DQ, |w| 64', graph([quantize('u8'), ...qdq('Conv')], reduced), false, false],
  ['Gemm', graph([quantize('u8'), ...qdq('Gemm')], full), true, false],
  ['MatMul', graph([quantize('u8'), ...qdq('MatMul')], full), true, false],
  ['Add multiplies nothing', graph([quantize('u8'), ...qdq('Add')], full), false, false],
  ['int8 activations', graph([quantize('s8'), ...qdq('Conv')], full), false, false],
  [
    'no zero point means uint8',
    graph([node('QuantizeLinear', ['x', 's'], 'q'), ...qdq('Conv')], full),
    true,
    false,
  ],
  ['uint8 weights', graph([quantize('u8'), ...qdq('Conv')], unsigned), false, false],
  ['a uint8 input of the model', graph(qdq('Conv'), full, uint8Input), true, false],
  [
    'through MaxPool',
    graph([quantize('u8', 'p'), node('MaxPool', ['p'], 'q'), ...qdq('Conv')], full),
    true,
    false,
  ],
  [
    'activations that are not quantized',
    graph([weights, node('Conv', ['x', 'wf'], 'y')], full),
    false,
    false,
  ],
  [
    'weights of a Constant node',
    graph([constantNode, quantize('u8'), ...qdq('Conv')], grid[0]!),
    true,
    false,
  ],
  [
    'weights that are computed',
    graph([node('Neg', ['x'], 'w'), quantize('u8'), ...qdq('Conv')], grid[0]!),
    false,
    false,
  ],
  [
    'weights that are an input',
    graph([quantize('u8'), ...qdq('Conv')], grid[0]!, { input: [info('x'), info('w', 'int8')] }),
    false,
    false,
  ],
  ['QLinearConv', graph([quantize('u8'), qlinear('QLinearConv', 'u8')], full), true, true],
  ['QLinearConv, 7 bits', graph([quantize('u8'), qlinear('QLinearConv', 'u8')], reduced), false, true],
  ['QLinearConv, int8 activations', graph([quantize('s8'), qlinear('QLinearConv', 's8')], full), false, true],
  ['QLinearMatMul', graph([quantize('u8'), qlinear('QLinearMatMul', 'u8')], full), true, true],
  ['QGemm', graph([quantize('u8'), qlinear('QGemm', 'u8')], full), true, true],
  ['MatMulInteger, its zero point', graph([node('MatMulInteger', ['q', 'w', 'u8'], 'y')], full), true, true],
  [
    'MatMulInteger, by its input',
    graph([node('MatMulInteger', ['q', 'w'], 'y')], full, uint8Input),
    true,
    true,
  ],
  ['ConvInteger, 7 bits', graph([node('ConvInteger', ['q', 'w', 'u8'], 'y')], reduced), false, true],
  [
    'MatMulInteger after DynamicQuantizeLinear',
    graph([{ ...node('DynamicQuantizeLinear', ['x'], 'q') }, node('MatMulInteger', ['q', 'w'], 'y')], full),
    true,
    true,
  ],
  ['DynamicQuantizeMatMul', graph([node('DynamicQuantizeMatMul', ['x', 'w', 's'], 'y')], full), true, true],
  ['in the body of an If, weights outside', graph([quantize('u8'), ifBody(qdq('Conv'))], full), true, false],
  ['a loop of Reshapes ends', graph([node('Reshape', ['q'], 'q'), ...qdq('Conv')], full), false, false],
])('%s', ([, built, saturates, integer]) => {
  const { u8s8FullRange, integerOperators } = readModelFacts(model(built), 'm.onnx');
  expect({ u8s8FullRange, integerOperators }).toEqual({
    u8s8FullRange: saturates,
    integerOperators: integer,
  });
});
