import { Tensor } from 'onnxruntime-node';
import { expect, test } from 'vitest';
import { withTaps } from '../../harness/agents/tap-model.ts';
import type { DType } from '../../harness/domain/tensor.ts';
import { cutGraph } from '../../harness/onnx/graph-cut.ts';
import { decodeModel, encodeModel } from '../../harness/onnx/proto.ts';
import { islandModel, type PartModel, replayModel } from '../../harness/onnx/replay-model.ts';
import { delimited, joined, textField } from '../../harness/onnx/wire.ts';
import { chain, ODD_MODELS } from './odd-models.ts';
import { bitsOf, DIGITS_FEEDS, DIGITS_MODELS, ODD_FEEDS, runModel, type Tensors } from './run-model.ts';

const CASES: readonly (readonly [string, Uint8Array, Tensors])[] = [
  ...DIGITS_MODELS.map(([name, bytes]) => [name, bytes, DIGITS_FEEDS] as const),
  ...Object.entries(ODD_MODELS).map(([name, bytes]) => [name, bytes, ODD_FEEDS] as const),
];

/** Runs a part on what is known, and holds each output against what is known of it. */
async function expectKnown({ bytes, inputs, outputs }: PartModel, known: Tensors): Promise<void> {
  const feeds = Object.fromEntries(inputs.map((name) => [name, known[name]!]));
  const made = await runModel(bytes, feeds);
  for (const { name, tensor } of outputs) expect(bitsOf(made[name]), tensor).toBe(bitsOf(known[tensor]));
}

test.for(CASES)(
  '%s: tapped, replayed and alone, every tensor has the same bits',
  async ([name, bytes, feeds]) => {
    const cut = cutGraph(bytes, name);
    const made = cut.islands.flatMap(({ outputs }) => outputs);
    const direct = await runModel(bytes, feeds);
    const tapped = await runModel(withTaps(bytes, made), feeds);
    for (const output of Object.keys(direct)) expect(bitsOf(tapped[output])).toBe(bitsOf(direct[output]));
    expect(Object.keys(tapped).sort()).toEqual([...new Set([...Object.keys(direct), ...made])].sort());

    const known = { ...feeds, ...tapped };
    const headerOf = (tensor: string) => ({
      dtype: known[tensor]!.type as DType,
      shape: known[tensor]!.dims,
    });
    const whole = replayModel(bytes, name, cut.islands, headerOf);
    expect(whole.outputs.map(({ tensor }) => tensor)).toEqual(made);
    await expectKnown(whole, known);
    for (const island of cut.islands) await expectKnown(islandModel(bytes, name, island, headerOf), known);
  },
);

test('another value that is fed changes its readers and nothing behind them', async () => {
  const [name, bytes] = DIGITS_MODELS.find(([each]) => each === 'digits.qop.onnx')!;
  const cut = cutGraph(bytes, name);
  const tensors = await runModel(withTaps(bytes, ['r3_q', 'mp_q', 'rs_q', 'r4_q']), DIGITS_FEEDS);
  const islands = cut.islands.filter(({ outputs }) => /^(mp|rs|r4)_q$/.test(outputs[0]!));
  const part = replayModel(bytes, name, islands, (tensor) => ({
    dtype: 'uint8',
    shape: tensors[tensor]!.dims,
  }));
  const feeds = Object.fromEntries(part.inputs.map((input) => [input, tensors[input]!]));
  const other = Uint8Array.from(tensors.r3_q!.data as Uint8Array, (value) => 255 - value);
  const made = await runModel(part.bytes, { ...feeds, r3_q: new Tensor('uint8', other, tensors.r3_q!.dims) });
  expect(bitsOf(made['mp_q::replayed'])).not.toBe(bitsOf(tensors.mp_q));
  expect(bitsOf(made['rs_q::replayed'])).toBe(bitsOf(tensors.rs_q));
  expect(bitsOf(made['r4_q::replayed'])).toBe(bitsOf(tensors.r4_q));
});

const float22 = () => ({ dtype: 'float32', shape: [2, 2] }) as const;

test('a replay grows with the nodes, not with their square', () => {
  const sizes = [100, 200, 400].map((length) => {
    const bytes = chain(length);
    return replayModel(bytes, 'chain', cutGraph(bytes, 'chain').islands, float22).bytes.length;
  });
  expect(sizes[1]! / sizes[0]!).toBeLessThan(2.1);
  expect(sizes[2]! / sizes[1]!).toBeLessThan(2.1);
});

test('of a batch of islands only their nodes and their initializers are there', () => {
  const [name, bytes] = DIGITS_MODELS.find(([each]) => each === 'digits.u8s8.onnx')!;
  const island = cutGraph(bytes, name).islands.find(({ node }) => node === 'dw_node')!;
  const { graph } = decodeModel(replayModel(bytes, name, [island], float22).bytes, name);
  expect(graph.node?.map((each) => each.name)).toEqual(island.nodes);
  expect(graph.initializer?.map((each) => each.name).sort()).toEqual([
    'dw_W_q',
    'dw_W_scale',
    'dw_W_zp',
    'dw_bias_q',
    'dw_bias_scale',
    'dw_bias_zp',
    'r1_scale',
    'r1_zp',
    'r2_scale',
    'r2_zp',
  ]);
  expect(graph.input?.map((each) => each.name)).toEqual(['r1_q']);
});

test('a model for a vendor says what it is, and what it takes and gives', () => {
  const [name, bytes] = DIGITS_MODELS.find(([each]) => each === 'digits.u8s8.onnx')!;
  const island = cutGraph(bytes, name).islands.find(({ node }) => node === 'dw_node')!;
  const { graph } = decodeModel(islandModel(bytes, name, island, float22).bytes, name);
  expect(graph.name).toBe('only Conv dw_node');
  expect(graph.docString).toMatch(/Conv, Relu, QuantizeLinear/);
  expect(graph.input?.map((each) => each.name)).toEqual(['r1_q']);
  expect(graph.output?.map((each) => [each.name, each.type?.tensorType?.elemType])).toEqual([['r2_q', 1]]);
});

test('what a newer ONNX says of a node or a model is kept', () => {
  const newer = textField(99, 'newer');
  const relu = joined([textField(1, 'x'), textField(2, 'z'), textField(4, 'Relu'), newer]);
  const further = joined([delimited(1, relu), delimited(12, textField(1, 'z'))]);
  const bytes = joined([chain(2), delimited(7, further), newer]);
  const relus = cutGraph(bytes, 'm').islands.filter(({ opType }) => opType === 'Relu');
  const part = replayModel(bytes, 'm', relus, float22);
  expect(part.outputs).toEqual([{ name: 'z::replayed', tensor: 'z' }]);
  expect(Buffer.from(part.bytes).toString('latin1').split('newer')).toHaveLength(3);
});

test('what the makers of a model wrote for themselves goes to nobody', () => {
  const secret = '/home/somebody/secret-project/train.py';
  const bytes = encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    docString: secret,
    metadataProps: [{ key: 'source', value: secret }],
    graph: {
      name: secret,
      docString: secret,
      input: [{ name: 'x', type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } }],
      output: [{ name: 'y', type: { tensorType: { elemType: 1, shape: { dim: [{ dimValue: 2 }] } } } }],
      initializer: [{ name: 'w', dims: [2], dataType: 1, rawData: new Uint8Array(8), docString: secret }],
      node: [{ name: 'add', opType: 'Add', input: ['x', 'w'], output: ['y'], docString: secret }],
    },
  });
  const [island] = cutGraph(bytes, 'm').islands;
  const part = islandModel(bytes, 'm', island!, () => ({ dtype: 'float32', shape: [2] }));
  expect(Buffer.from(bytes).includes(secret)).toBe(true);
  expect(Buffer.from(part.bytes).includes('somebody')).toBe(false);
  expect(decodeModel(part.bytes, 'part').graph.node?.map(({ name }) => name)).toEqual(['add']);
});

test('islands stand in an order in which each comes after what it reads', () => {
  const tensor = (name: string, elemType: number) => ({
    name,
    type: { tensorType: { elemType, shape: { dim: [{ dimValue: 2 }, { dimValue: 2 }] } } },
  });
  // The unit MatMul, Gather, QuantizeLinear takes its indices from a branch whose nodes stand later.
  const bytes = encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 17 }],
    graph: {
      name: 'late',
      input: [tensor('x', 1)],
      output: [tensor('y', 1)],
      initializer: [
        { name: 'scale', dims: [], dataType: 1, rawData: new Uint8Array(Float32Array.of(0.5).buffer) },
        { name: 'zero', dims: [], dataType: 2, rawData: new Uint8Array(1) },
      ],
      node: [
        { name: 'matmul', opType: 'MatMul', input: ['x', 'x'], output: ['m'] },
        { name: 'side', opType: 'Add', input: ['x', 'x'], output: ['s'] },
        { name: 'argmax', opType: 'ArgMax', input: ['s'], output: ['at'] },
        { name: 'gather', opType: 'Gather', input: ['m', 'at'], output: ['g'] },
        { name: 'quantize', opType: 'QuantizeLinear', input: ['g', 'scale', 'zero'], output: ['q'] },
        { name: 'dequantize', opType: 'DequantizeLinear', input: ['q', 'scale', 'zero'], output: ['y'] },
      ],
    },
  });
  // An island may also read what leaves it and comes back: such circles have no order.
  const models = [...DIGITS_MODELS.map(([, model]) => model), bytes];
  for (const model of models) {
    const seen = new Set<string>();
    const { islands } = cutGraph(model, 'm');
    const made = new Set(islands.flatMap(({ outputs }) => outputs));
    for (const { inputs, outputs, node } of islands) {
      expect(
        inputs.filter((input) => made.has(input) && !seen.has(input)),
        node,
      ).toEqual([]);
      for (const output of outputs) seen.add(output);
    }
  }
  expect(cutGraph(bytes, 'm').islands.map(({ node }) => node)).toEqual([
    'side',
    'argmax',
    'matmul',
    'dequantize',
  ]);
});
