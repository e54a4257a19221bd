import type { AttributeProto, NodeProto } from '../../harness/onnx/proto.ts';
import { constant, info, model, node } from './build-model.ts';

const GRAPH = 5;
const TENSOR = 4;
const INT = 2;

/** x: float32[2, 2] */
const input = [info('x')];
const scale = constant('s', 'float32', [0.1], []);
const zeroPoint = constant('z', 'uint8', [100], []);
const w = constant('w', 'float32', [0.25, -1.5, 3, 0.125], [2, 2]);
const k = constant('k', 'float32', [2], []);

const quantize = (from: string, to: string) => node('QuantizeLinear', [from, 's', 'z'], to);
const dequantize = (from: string, to: string) => node('DequantizeLinear', [from, 's', 'z'], to);
const named = (name: string, made: NodeProto): NodeProto => ({ ...made, name });
const outputs = (made: NodeProto, output: string[]): NodeProto => ({ ...made, output });
const int = (name: string, i: number): AttributeProto => ({ name, type: INT, i });
const body = (name: string, opType: string): AttributeProto => ({
  name,
  type: GRAPH,
  g: { name, node: [node(opType, ['m', 'k'], `${name}_out`)], output: [info(`${name}_out`)] },
});

/** Graphs that a cut gets wrong easily; each takes `x`, float32[2, 2]. */
export const ODD_MODELS: Readonly<Record<string, Uint8Array>> = {
  'a body that takes names from outside': model({
    input,
    initializer: [w, k],
    node: [
      node('MatMul', ['x', 'w'], 'm'),
      node('ReduceSum', ['m'], 'sum', [int('keepdims', 0)]),
      node('Greater', ['sum', 'k'], 'positive'),
      named(
        'branch',
        node('If', ['positive'], 'f', [body('then_branch', 'Mul'), body('else_branch', 'Add')]),
      ),
      node('Relu', ['f'], 'y'),
    ],
    output: [info('y')],
  }),
  'a Constant node with two readers': model({
    input,
    node: [
      node('Constant', [], 'c', [{ name: 'value', type: TENSOR, t: w }]),
      node('Transpose', ['c'], 'turned'),
      node('MatMul', ['x', 'turned'], 'm'),
      node('MatMul', ['m', 'c'], 'y'),
    ],
    output: [info('y')],
  }),
  'a constant that is an output and read': model({
    input,
    initializer: [w],
    node: [named('turn', node('Transpose', ['w'], 'turned')), node('MatMul', ['x', 'turned'], 'y')],
    output: [info('y'), info('turned')],
  }),
  'a DequantizeLinear that is an output and read': model({
    input,
    initializer: [scale, zeroPoint, w],
    node: [
      quantize('x', 'xq'),
      named('shared', dequantize('xq', 'xd')),
      node('MatMul', ['xd', 'w'], 'm'),
      quantize('m', 'mq'),
      dequantize('mq', 'y'),
    ],
    output: [info('xd'), info('y')],
  }),
  'an output in the middle of a unit': model({
    input,
    initializer: [scale, zeroPoint, w],
    node: [
      quantize('x', 'xq'),
      dequantize('xq', 'xd'),
      node('MatMul', ['xd', 'w'], 'm'),
      node('Relu', ['m'], 'r'),
      quantize('r', 'rq'),
      dequantize('rq', 'y'),
    ],
    output: [info('r'), info('y')],
  }),
  'a Split of which one part is quantized': model({
    input,
    initializer: [scale, zeroPoint],
    node: [
      quantize('x', 'xq'),
      dequantize('xq', 'xd'),
      outputs(node('Split', ['xd'], '', [int('axis', 1)]), ['a', 'b']),
      quantize('a', 'aq'),
      dequantize('aq', 'ad'),
      node('Add', ['ad', 'b'], 'y'),
    ],
    output: [info('y', 'float32', [2, 1])],
  }),
  'a unit that reads a shape which its own output leads to': model({
    input,
    initializer: [scale, zeroPoint],
    node: [
      outputs(node('Split', ['x'], '', [int('axis', 1)]), ['a', 'b']),
      quantize('a', 'aq'),
      node('Shape', ['aq'], 'shape'),
      node('Reshape', ['b', 'shape'], 'reshaped'),
      quantize('reshaped', 'bq'),
      dequantize('bq', 'bd'),
      dequantize('aq', 'ad'),
      node('Add', ['ad', 'bd'], 'y'),
    ],
    output: [info('y', 'float32', [2, 1])],
  }),
  'a sequence between nodes': model({
    input,
    initializer: [w],
    node: [
      node('MatMul', ['x', 'w'], 'm'),
      node('SequenceConstruct', ['m', 'x'], 'sequence'),
      node('ConcatFromSequence', ['sequence'], 'all', [int('axis', 0)]),
      node('Relu', ['all'], 'y'),
    ],
    output: [info('y', 'float32', [4, 2])],
  }),
  'names beyond ASCII, a node without use, an input twice': model({
    input,
    initializer: [w],
    node: [
      node('MatMul', ['x', 'w'], 'größe/层'),
      node('Abs', ['größe/层'], 'unused'),
      named('double', node('Add', ['größe/层', 'größe/层'], 'y')),
    ],
    output: [info('y')],
  }),
  'initializers that are declared as inputs': model({
    input: [...input, info('w')],
    initializer: [w],
    node: [node('MatMul', ['x', 'w'], 'm'), node('MatMul', ['m', 'w'], 'y')],
    output: [info('y')],
  }),
};

/** MatMul and Abs by turns, `length` nodes without names. */
export function chain(length: number): Uint8Array {
  const name = (at: number) => (at === 0 ? 'x' : at === length ? 'y' : `t${at}`);
  const nodes = Array.from({ length }, (_, at) =>
    at % 2 === 0 ? node('MatMul', [name(at), 'w'], name(at + 1)) : node('Abs', [name(at)], name(at + 1)),
  );
  return model({ input, initializer: [w], node: nodes, output: [info('y')] });
}
