import { expect, test } from 'vitest';
import { withTaps } from '../../harness/agents/tap-model.ts';
import { cutGraph } from '../../harness/onnx/graph-cut.ts';
import { decodeModel } from '../../harness/onnx/proto.ts';
import { constant, info, model, node } from './build-model.ts';
import { chain, ODD_MODELS } from './odd-models.ts';
import { DIGITS_MODELS } from './run-model.ts';

const digits = (variant: string) => {
  const [name, bytes] = DIGITS_MODELS.find(([each]) => each === `digits.${variant}.onnx`)!;
  return cutGraph(bytes, name);
};

/** Nodes that several islands may take along. */
const SHARED = /^(DequantizeLinear|Constant|Transpose)$/;

test.for([...DIGITS_MODELS, ...Object.entries(ODD_MODELS)])(
  '%s: every node is in one island',
  ([name, bytes]) => {
    const { islands, nodeCount } = cutGraph(bytes, name);
    const nodes = decodeModel(bytes, name).graph.node ?? [];
    expect(nodeCount).toBe(nodes.length);
    const times = nodes.map((_, at) => islands.filter(({ nodeIndexes }) => nodeIndexes.includes(at)).length);
    for (const [at, count] of times.entries()) {
      const { opType, output } = nodes[at]!;
      if (output?.[0] === 'unused') expect(count).toBe(0);
      else if (SHARED.test(opType!)) expect(count, opType!).toBeGreaterThan(0);
      else expect(count, opType!).toBe(1);
    }
    const made = islands.flatMap(({ outputs }) => outputs);
    expect(new Set(made).size).toBe(made.length);
  },
);

// Read off the models: node names as fixtures/quantizer writes them.
test('a QDQ model is cut at its QuantizeLinear nodes', () => {
  const { islands } = digits('u8s8');
  expect(islands.map(({ node, inputs, outputs }) => [node, ...inputs, '->', ...outputs].join(' '))).toEqual([
    'input_q_node input -> input_q',
    'c1_node input_q -> r1_q',
    'dw_node r1_q -> r2_q',
    'pw_node r2_q -> r3_q',
    'mp_node r3_q -> mp_q',
    'rs_node mp_q -> rs_q',
    expect.stringMatching(/^ad_node (rs_q mp_q|mp_q rs_q) -> r4_q$/),
    'flat_node r4_q -> flat_q',
    'logits_node flat_q -> logits_q',
    'logits_DequantizeLinear logits_q -> logits',
  ]);
  expect(islands[1]).toMatchObject({
    opType: 'Conv',
    index: 4,
    nodes: ['input_DequantizeLinear', 'c1_W_dq_node', 'c1_bias_dq_node', 'c1_node', 'r1_node', 'r1_q_node'],
    operators: ['DequantizeLinear', 'DequantizeLinear', 'DequantizeLinear', 'Conv', 'Relu', 'QuantizeLinear'],
  });
});

test('a float model is cut everywhere', () => {
  const { islands } = digits('f32');
  expect(islands.map(({ outputs }) => outputs.join())).toEqual(
    'c1 r1 dw r2 pw r3 mp rs ad r4 flat logits'.split(' '),
  );
});

test('nodes without a name are called after their operator and position', () => {
  expect(cutGraph(chain(3), 'chain').islands.map(({ node }) => node)).toEqual([
    'MatMul#0',
    'Abs#1',
    'MatMul#2',
  ]);
});

test('a tensor that is quantized and read by others too is cut; one behind it stays in its unit', () => {
  const tail = [node('QuantizeLinear', ['f', 's', 'z'], 'q'), node('DequantizeLinear', ['q', 's', 'z'], 'd')];
  const unit = (...further: ReturnType<typeof node>[]) => {
    const bytes = model({
      input: [info('x')],
      initializer: [constant('s', 'float32', [0.1], []), constant('z', 'uint8', [0], [])],
      node: [
        node('Abs', ['x'], 'a'),
        node('Relu', ['a'], 'r'),
        node('Flatten', ['r'], 'f'),
        ...tail,
        ...further,
      ],
      output: [info('d'), ...further.map(({ output }) => info(output![0]!))],
    });
    return cutGraph(bytes, 'm').islands.flatMap(({ outputs }) => outputs);
  };
  expect(unit()).toEqual(['q', 'd']);
  expect(unit(node('Neg', ['f'], 'n'))).toEqual(['a', 'r', 'f', 'q', 'd', 'n']);
  expect(unit(node('Neg', ['a'], 'n'))).toEqual(['a', 'q', 'd', 'n']);
  expect(unit(node('Neg', ['q'], 'n'))).toEqual(['q', 'd', 'n']);
});

test('what is no tensor is never cut, also behind Identity', () => {
  const bytes = model({
    input: [info('x')],
    node: [
      node('Neg', ['x'], 'n'),
      node('SequenceConstruct', ['n', 'x'], 'sequence'),
      node('Identity', ['sequence'], 'same'),
      node('ConcatFromSequence', ['same'], 'c'),
      node('Abs', ['c'], 'y'),
    ],
    output: [info('y')],
  });
  const { islands } = cutGraph(bytes, 'm');
  expect(islands.map(({ operators, outputs }) => [operators.join(), outputs.join()])).toEqual([
    ['Neg', 'n'],
    ['SequenceConstruct,Identity,ConcatFromSequence', 'c'],
    ['Abs', 'y'],
  ]);
});

// The scales are those that the models hold: digits.qop.onnx, r3_scale and rs_scale.
test('an integer tensor has the grid of what made it, also when it was moved since', () => {
  const { quantizationOf } = digits('qop');
  const r3 = { scale: [0.029319852590560913], zeroPoint: [0], axis: null };
  expect(quantizationOf('r3_q')).toEqual(r3);
  expect(quantizationOf('mp_q')).toEqual(r3);
  expect(quantizationOf('rs_q')).toMatchObject({ scale: [0.06835171580314636], zeroPoint: [159] });
  expect(quantizationOf('logits')).toEqual(quantizationOf('logits_q'));
  expect(digits('f32').quantizationOf('r3')).toBeUndefined();
});

test('an integer input has the grid of its DequantizeLinear', () => {
  const bytes = model({
    input: [info('q', 'uint8')],
    initializer: [constant('s', 'float32', [0.5], []), constant('z', 'uint8', [3], [])],
    node: [node('DequantizeLinear', ['q', 's', 'z'], 'd'), node('Abs', ['d'], 'y')],
    output: [info('y')],
  });
  expect(cutGraph(bytes, 'm').quantizationOf('q')).toEqual({ scale: [0.5], zeroPoint: [3], axis: null });
});

// Shapes of the weights: rs 32×32×1×1, dw 16×1×3×3, logits 10×1568.
test.for([
  ['u8s8', 'dw_node', true, 9],
  ['u8s8', 'mp_node', false, undefined],
  ['u8s8', 'logits_node', true, 1568],
  ['u8s8-reduced', 'rs_node', false, 32],
  ['s8s8', 'rs_node', false, 32],
  ['qop', 'rs_q_qconv', true, 32],
  ['f32', 'logits_node', false, 1568],
  ['dyn', 'logits_i32_node', true, 1568],
  ['q4', 'logits_nbits', false, 1568],
] as const)('%s, %s: full range %s, sums %s products', ([variant, name, u8s8FullRange, reductionLength]) => {
  const cut = digits(variant);
  const facts = cut.factsOf(cut.islands.find((island) => island.node === name)!);
  expect(facts.u8s8FullRange).toBe(u8s8FullRange);
  expect(facts.reductionLength).toBe(reductionLength);
});

test('constants are read through DequantizeLinear, as they are stored', () => {
  const cut = digits('u8s8');
  const { constants } = cut.factsOf(cut.islands.find(({ node }) => node === 'dw_node')!);
  expect(constants.map(({ name, dtype, shape }) => [name, dtype, shape])).toEqual([
    ['dw_W_q', 'int8', [16, 1, 3, 3]],
    ['dw_bias_q', 'int32', [16]],
  ]);
});

test('a model with taps is cut as the model is', () => {
  const [name, bytes] = DIGITS_MODELS.find(([each]) => each === 'digits.f32.onnx')!;
  const tapped = cutGraph(withTaps(bytes, ['r3']), name);
  expect(tapped.islands).toEqual(cutGraph(bytes, name).islands);
});

test('a graph that reads itself ends', () => {
  const bytes = model({ node: [node('Relu', ['b'], 'a'), node('Relu', ['a'], 'b')], output: [info('y')] });
  expect(cutGraph(bytes, 'm').nodeCount).toBe(2);
});

test('thirty thousand nodes in a row are no trouble', () => {
  const nodes = Array.from({ length: 30_000 }, (_, at) => node('Relu', [`t${at}`], `t${at + 1}`));
  const last = node('QuantizeLinear', ['t30000', 's', 'z'], 'y');
  const scales = [constant('s', 'float32', [1], []), constant('z', 'uint8', [0], [])];
  const bytes = model({
    input: [info('t0')],
    initializer: scales,
    node: [...nodes, last],
    output: [info('y')],
  });
  expect(cutGraph(bytes, 'm').islands).toHaveLength(1);
});
