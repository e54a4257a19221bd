import { encodeModel, type NodeProto, type TensorProto } from '../../harness/onnx/proto.ts';
import { ATTRIBUTE, float32s, floatInfo, int64s, typed } from './protos.ts';

export interface MadeModel {
  readonly bytes: Uint8Array;
  readonly input: { readonly name: string; readonly shape: readonly number[] };
  /** Float32[shape] of the n-th case. */
  inputOf(index: number): Float32Array;
}

/** Mulberry32: numbers in [0, 1), the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const SIDE = 8;
const BATCH = 8;
const CLASSES = 10;
/** Quantized weights and biases are multiples of it, of 7 bits at most: no sum of two products saturates, and ties are common. */
const COARSE = 8;

/**
 * A made classifier: `conv1`, `relu1`, `conv2`, `relu2`, `flatten`, `dense`, in floats. Channels and weights come from the
 * seed. `qdq`: the same between quantizers (`q_input`, `q_conv1`, `q_conv2`, `q_dense` and their `dq_`), whose scales
 * are powers of two, so that products are exact and ties are common.
 */
export function madeModel(kind: 'float' | 'qdq', seed: number): MadeModel {
  const random = randomOf(seed);
  const build = kind === 'qdq' ? quantizedGraph() : floatGraph();
  const channels = [3, 4 + Math.floor(random() * 5), 4 + Math.floor(random() * 5)];
  let tensor = build.quantize('input', 'input', 1, true);
  for (const layer of [1, 2]) {
    const [from, to] = [channels[layer - 1]!, channels[layer]!];
    const weights = build.weights(`w${layer}`, [to, from, 3, 3], random);
    const biases = build.biases(`b${layer}`, to, random);
    build.nodes.push(
      node('Conv', `conv${layer}`, [tensor, weights, biases], [ATTRIBUTE.ints('pads', [1, 1, 1, 1])]),
      node('Relu', `relu${layer}`, [`conv${layer}`]),
    );
    tensor = build.quantize(`conv${layer}`, `relu${layer}`, Math.sqrt(from * 9), false);
  }
  const features = channels[2]! * SIDE * SIDE;
  build.constants.push(int64s('rows', [BATCH, features]));
  build.nodes.push(node('Reshape', 'flatten', [tensor, 'rows']));
  const dense = build.weights('w3', [features, CLASSES], random);
  build.nodes.push(node('MatMul', 'dense', ['flatten', dense]));
  const output = build.quantize('dense', 'dense', Math.sqrt(features), true);
  const shape = [BATCH, 3, SIDE, SIDE];
  return {
    bytes: modelOf(build, shape, output, [BATCH, CLASSES]),
    input: { name: 'input', shape },
    inputOf: inputsOf(seed, shape, 1),
  };
}

/** `shrink` makes numbers around the smallest normal float32, `grow` multiplies what is left of them. */
export function subnormalModel(seed: number): MadeModel {
  const shape = [BATCH, 64];
  const build = floatGraph();
  build.constants.push(float32s('tiny', [2 ** -127]), float32s('huge', [2 ** 20]));
  build.nodes.push(node('Mul', 'shrink', ['input', 'tiny']), node('Mul', 'grow', ['shrink', 'huge']));
  return {
    bytes: modelOf(build, shape, 'grow', shape),
    input: { name: 'input', shape },
    inputOf: inputsOf(seed, shape, 4),
  };
}

interface Build {
  readonly nodes: NodeProto[];
  readonly constants: TensorProto[];
  weights(name: string, shape: readonly number[], random: () => number): string;
  biases(name: string, count: number, random: () => number): string;
  /** Quantizes and dequantizes a tensor of about this RMS; gives the name of what the next node reads. */
  quantize(name: string, tensor: string, rms: number, signed: boolean): string;
}

function floatGraph(): Build {
  const constants: TensorProto[] = [];
  const constant = (name: string, values: number[], shape: readonly number[]) => {
    constants.push(float32s(name, values, shape));
    return name;
  };
  return {
    nodes: [],
    constants,
    weights: (name, shape, random) =>
      constant(
        name,
        listOf(product(shape), () => random() * 2 - 1),
        shape,
      ),
    biases: (name, count, random) =>
      constant(
        name,
        listOf(count, () => random() - 0.5),
        [count],
      ),
    quantize: (_name, tensor) => tensor,
  };
}

function quantizedGraph(): Build {
  const nodes: NodeProto[] = [];
  const constants: TensorProto[] = [];
  const weightScale = 2 ** -6;
  let activationScale = 1;
  const dequantize = (name: string, scale: number) => {
    constants.push(float32s(`${name}::scale`, [scale]));
    nodes.push({
      ...node('DequantizeLinear', `dq_${name}`, [`${name}::q`, `${name}::scale`, `${name}::zero`]),
    });
    return `dq_${name}`;
  };
  return {
    nodes,
    constants,
    weights(name, shape, random) {
      const values = listOf(product(shape), () => Math.round((random() * 2 - 1) * 7) * COARSE);
      constants.push(typed('int8', `${name}::q`, values, shape), typed('int8', `${name}::zero`, [0]));
      return dequantize(name, weightScale);
    },
    biases(name, count, random) {
      const scale = activationScale * weightScale;
      const values = listOf(count, () => Math.round((random() - 0.5) / scale / COARSE) * COARSE);
      constants.push(typed('int32', `${name}::q`, values, [count]), typed('int32', `${name}::zero`, [0]));
      return dequantize(name, scale);
    },
    quantize(name, tensor, rms, signed) {
      // Three times the RMS on each side, to the next power of two.
      const scale =
        2 ** Math.ceil(Math.log2(((signed ? 6 : 3) * rms * (name === 'input' ? 0.5 : 0.6)) / 255));
      activationScale = scale;
      constants.push(
        float32s(`${name}::scale`, [scale]),
        typed('uint8', `${name}::zero`, [signed ? 128 : 0]),
      );
      nodes.push({
        ...node('QuantizeLinear', `q_${name}`, [tensor, `${name}::scale`, `${name}::zero`]),
        output: [`${name}::q`],
      });
      nodes.push(node('DequantizeLinear', `dq_${name}`, [`${name}::q`, `${name}::scale`, `${name}::zero`]));
      return `dq_${name}`;
    },
  };
}

function modelOf(
  build: Build,
  shape: readonly number[],
  output: string,
  outputShape: readonly number[],
): Uint8Array {
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      name: 'made',
      node: build.nodes,
      initializer: build.constants,
      input: [floatInfo('input', shape)],
      output: [floatInfo(output, outputShape)],
    },
  });
}

/** A node whose output has its name. */
function node(
  opType: string,
  name: string,
  input: string[],
  attribute: NodeProto['attribute'] = [],
): NodeProto {
  return { opType, name, input, output: [name], attribute };
}

function inputsOf(seed: number, shape: readonly number[], largest: number): (index: number) => Float32Array {
  return (index) => {
    const random = randomOf(seed * 1000 + index + 1);
    return Float32Array.from({ length: product(shape) }, () => (random() * 2 - 1) * largest);
  };
}

function listOf(count: number, make: () => number): number[] {
  return Array.from({ length: count }, make);
}

function product(shape: readonly number[]): number {
  return shape.reduce((all, length) => all * length, 1);
}
