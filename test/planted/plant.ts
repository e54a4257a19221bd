import { attribute } from '../../harness/onnx/graph-index.ts';
import {
  type DecodedModel,
  decodeModel,
  encodeModel,
  type NodeProto,
  type TensorProto,
} from '../../harness/onnx/proto.ts';
import { tensorOfProto } from '../../harness/onnx/tensor-proto.ts';
import { ATTRIBUTE, float32s, int64s, typed } from './protos.ts';

export const DEFECTS = [
  'zero-point',
  'scale',
  'swapped-channels',
  'wrong-layout',
  'half-away',
  'flush-to-zero',
  'stuck-output',
  'nan',
] as const;
export type Defect = (typeof DEFECTS)[number];

/**
 * The model with a defect at the node of this name: what a broken converter or kernel would compute. All other nodes and all
 * tensors keep their names. The bytes stay as they are where the model has no such node, or one that cannot have the defect.
 *
 * `zero-point` (+1), `scale` (+1 %) and `half-away` change the quantizer itself, or the one that the node's output
 * goes to first; `scale` multiplies the output where no quantizer follows. `wrong-layout` wants an output of four axes, and
 * `flush-to-zero`, `stuck-output` and `nan` one of float32.
 */
export function plant(defect: Defect, nodeName: string, bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes, 'the model to plant in');
  const node = (model.graph.node ?? []).find(({ name }) => name === nodeName);
  if (!node || !PLANTS[defect](model, node)) return bytes;
  return encodeModel(model);
}

/** Changes the model; false where the node cannot have the defect. */
type Plant = (model: DecodedModel, node: NodeProto) => boolean;

const PLANTS: Readonly<Record<Defect, Plant>> = {
  'zero-point': (model, node) => {
    const quantizer = quantizerAt(model, node);
    return quantizer !== undefined && changeZeroPoint(model, quantizer);
  },
  scale: (model, node) => {
    const quantizer = quantizerAt(model, node);
    if (quantizer) return changeScale(model, quantizer);
    return insertAfter(model, node, (from, to) => [op('Mul', [from, '::factor'], to)], [
      float32s('::factor', [1.01]),
    ]);
  },
  'swapped-channels': (model, node) => {
    const channels = outputChannels(model, node);
    if (!channels) return false;
    const reversed = Array.from({ length: channels }, (_, index) => channels - 1 - index);
    const axis = ATTRIBUTE.int('axis', /Conv/.test(node.opType ?? '') ? 1 : -1);
    return insertAfter(model, node, (from, to) => [op('Gather', [from, '::channels'], to, [axis])], [
      int64s('::channels', reversed),
    ]);
  },
  'wrong-layout': (model, node) =>
    insertAfter(model, node, (from, to) => [
      op('Shape', [from], `${to}::shape`),
      op('Transpose', [from], `${to}::nhwc`, [ATTRIBUTE.ints('perm', [0, 2, 3, 1])]),
      op('Reshape', [`${to}::nhwc`, `${to}::shape`], to),
    ]),
  'half-away': (model, node) => {
    const quantizer = quantizerAt(model, node);
    return quantizer?.opType === 'QuantizeLinear' && roundHalfAway(model, quantizer);
  },
  'flush-to-zero': (model, node) =>
    insertAfter(
      model,
      node,
      (from, to) => [
        op('Abs', [from], `${to}::size`),
        op('Less', [`${to}::size`, '::normal'], `${to}::subnormal`),
        op('Where', [`${to}::subnormal`, '::zero', from], to),
      ],
      [float32s('::normal', [2 ** -126]), float32s('::zero', [0])],
    ),
  'stuck-output': (model, node) => {
    const channels = outputChannels(model, node);
    if (!channels) return false;
    const values = Array.from({ length: channels }, (_, index) => (index % 5) / 4);
    const dims = /Conv/.test(node.opType ?? '') ? [channels, 1, 1] : [channels];
    return insertAfter(
      model,
      node,
      (from, to) => [
        op('Mul', [from, '::nothing'], `${to}::nothing`),
        op('Add', [`${to}::nothing`, '::stuck'], to),
      ],
      [float32s('::nothing', [0]), float32s('::stuck', values, dims)],
    );
  },
  nan: (model, node) =>
    insertAfter(
      model,
      node,
      (from, to) => [
        op('ReduceMax', [from], `${to}::largest`, [ATTRIBUTE.int('keepdims', 0)]),
        op('Equal', [from, `${to}::largest`], `${to}::isLargest`),
        op('Where', [`${to}::isLargest`, '::nan', from], to),
      ],
      [float32s('::nan', [Number.NaN])],
    ),
};

/** Positions of scale and zero point of what an operator gives. */
const QUANTIZER: Readonly<Record<string, readonly [scale: number, zeroPoint: number]>> = {
  QuantizeLinear: [1, 2],
  DequantizeLinear: [1, 2],
  QLinearConv: [6, 7],
  QLinearMatMul: [6, 7],
  QLinearAdd: [6, 7],
};

/** The node itself, or the first quantizer down its only line of consumers. */
function quantizerAt(model: DecodedModel, node: NodeProto): NodeProto | undefined {
  for (let at: NodeProto | undefined = node; at; ) {
    if ((at.opType ?? '') in QUANTIZER) return at;
    const [output] = at.output ?? [];
    const readers: NodeProto[] = (model.graph.node ?? []).filter(({ input }) => input?.includes(output!));
    at = readers.length === 1 ? readers[0] : undefined;
  }
  return undefined;
}

function changeZeroPoint(model: DecodedModel, node: NodeProto): boolean {
  return changeConstant(model, node, QUANTIZER[node.opType!]![1], (proto) => {
    const { dtype, shape, data } = tensorOfProto(proto, 'the model to plant in');
    if (dtype !== 'uint8' && dtype !== 'int8') return undefined;
    const top = dtype === 'uint8' ? 255 : 127;
    const values = [...(dtype === 'uint8' ? data : new Int8Array(data))].map((value) =>
      value === top ? value - 1 : value + 1,
    );
    return typed(dtype, '', values, shape);
  });
}

function changeScale(model: DecodedModel, node: NodeProto): boolean {
  return changeConstant(model, node, QUANTIZER[node.opType!]![0], (proto) =>
    float32s(
      '',
      floatsOf(proto).map((value) => value * 1.01),
      (proto.dims ?? []).map(Number),
    ),
  );
}

/** Gives the node a changed copy: its neighbours may read the same constant. */
function changeConstant(
  model: DecodedModel,
  node: NodeProto,
  input: number,
  change: (proto: TensorProto) => TensorProto | undefined,
): boolean {
  const proto = constantOf(model, node.input?.[input]);
  const changed = proto && change(proto);
  if (!changed) return false;
  const name = `${proto.name}::planted`;
  model.graph.initializer = [...(model.graph.initializer ?? []), { ...changed, name }];
  node.input = node.input!.map((own, index) => (index === input ? name : own));
  return true;
}

/** clip(sign(v) · floor(|v| + 1/2) + zero point), v = x / scale, in place of QuantizeLinear's half to even. */
function roundHalfAway(model: DecodedModel, node: NodeProto): boolean {
  const [from, scale, zeroPoint] = node.input ?? [];
  const point = constantOf(model, zeroPoint);
  if (!from || !scale || !point || constantOf(model, scale)?.dims?.length) return false;
  const { dtype, data } = tensorOfProto(point, 'the model to plant in');
  if (dtype !== 'uint8' && dtype !== 'int8') return false;
  const value = dtype === 'uint8' ? data[0]! : new Int8Array(data)[0]!;
  const to = node.output![0]!;
  const at = (part: string) => `${to}::${part}`;
  const nodes = [
    op('Div', [from, scale], at('steps')),
    op('Sign', [at('steps')], at('sign')),
    op('Abs', [at('steps')], at('size')),
    op('Add', [at('size'), '::half'], at('more')),
    op('Floor', [at('more')], at('floor')),
    op('Mul', [at('floor'), at('sign')], at('rounded')),
    op('Add', [at('rounded'), at('point')], at('moved')),
    op('Clip', [at('moved'), at('low'), at('high')], at('clipped')),
  ];
  const [low, high] = dtype === 'uint8' ? [0, 255] : [-128, 127];
  model.graph.initializer = [
    ...(model.graph.initializer ?? []),
    float32s('::half', [0.5], []),
    float32s(at('point'), [value], []),
    float32s(at('low'), [low], []),
    float32s(at('high'), [high], []),
  ];
  const all = model.graph.node!;
  all.splice(all.indexOf(node), 0, ...nodes);
  Object.assign(node, {
    opType: 'Cast',
    input: [at('clipped')],
    attribute: [ATTRIBUTE.int('to', dtype === 'uint8' ? 2 : 3)],
  });
  return true;
}

/** The node writes another tensor, and `nodes` make its own from that one. */
function insertAfter(
  model: DecodedModel,
  node: NodeProto,
  nodes: (from: string, to: string) => readonly NodeProto[],
  constants: readonly TensorProto[] = [],
): boolean {
  const to = node.output![0]!;
  const from = `${to}::before`;
  node.output = [from, ...node.output!.slice(1)];
  const all = model.graph.node!;
  all.splice(all.indexOf(node) + 1, 0, ...nodes(from, to));
  model.graph.initializer = [...(model.graph.initializer ?? []), ...constants];
  return true;
}

/** Length of the output's channel axis, from the weights. */
function outputChannels(model: DecodedModel, node: NodeProto): number | undefined {
  const dequantizer = (model.graph.node ?? []).find(({ output }) => output?.[0] === node.input?.[1]);
  const weights = constantOf(
    model,
    dequantizer?.opType === 'DequantizeLinear' ? dequantizer.input?.[0] : node.input?.[1],
  );
  const dims = (weights?.dims ?? []).map(Number);
  if (dims.length < 2) return undefined;
  const isTransposed = node.opType === 'Gemm' && Number(attribute(node, 'transB')?.i ?? 0) === 1;
  return /Conv/.test(node.opType ?? '') || isTransposed ? dims[0] : dims.at(-1);
}

function constantOf(model: DecodedModel, name: string | undefined): TensorProto | undefined {
  return name === undefined ? undefined : (model.graph.initializer ?? []).find((each) => each.name === name);
}

function floatsOf(proto: TensorProto): number[] {
  const { data } = tensorOfProto(proto, 'the model to plant in');
  return [...new Float32Array(data.slice().buffer)];
}

function op(
  opType: string,
  input: string[],
  output: string,
  attributes: NodeProto['attribute'] = [],
): NodeProto {
  return { opType, name: `${output}::node`, input, output: [output], attribute: attributes };
}
