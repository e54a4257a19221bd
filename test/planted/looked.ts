import { indexGraph } from '../../harness/onnx/graph-index.ts';
import { decodeModel } from '../../harness/onnx/proto.ts';
import type { Looked } from './island-evidence.ts';
import type { MadeModel } from './made-models.ts';

/** Layers of the made classifiers: where their inputs and outputs can be seen. */
const LAYERS = {
  conv1: { from: 'input', to: 'conv1', weights: 'w1', operators: ['Conv', 'Relu'] },
  conv2: { from: 'conv1', to: 'conv2', weights: 'w2', operators: ['Conv', 'Relu'] },
  dense: { from: 'conv2', to: 'dense', weights: 'w3', operators: ['MatMul'] },
} as const;
export type Layer = keyof typeof LAYERS;

/** A layer of a made classifier: of a quantized one the whole unit, of a float one its main node alone. */
export function lookAt(kind: 'float' | 'qdq', layer: Layer, { bytes }: MadeModel): Looked {
  const { from, to, weights, operators } = LAYERS[layer];
  const graph = indexGraph(decodeModel(bytes, 'the made model').graph, 'the made model');
  const constant = graph.constant(kind === 'qdq' ? `${weights}::q` : weights)!;
  const reductionLength =
    layer === 'dense' ? constant.shape[0]! : constant.shape.slice(1).reduce((all, length) => all * length, 1);
  const facts = {
    node: layer,
    opType: operators[0],
    operators: kind === 'qdq' ? ['DequantizeLinear', ...operators, 'QuantizeLinear'] : [operators[0]],
    constants: [constant],
    u8s8FullRange: false,
    reductionLength,
  };
  if (kind === 'float') {
    const inputs = { input: 'input', conv1: 'relu1', conv2: 'flatten' };
    return { facts, inputs: [inputs[from]], output: to, grids: {} };
  }
  const gridOf = (name: string) => ({
    scale: [new Float32Array(graph.constant(`${name}::scale`)!.data.slice().buffer)[0]!],
    zeroPoint: [graph.constant(`${name}::zero`)!.data[0]!],
    axis: null,
  });
  const [input, output] = [`${from}::q`, `${to}::q`];
  return { facts, inputs: [input], output, grids: { [input]: gridOf(from), [output]: gridOf(to) } };
}
