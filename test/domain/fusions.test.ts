import { expect, test } from 'vitest';
import { type ModelOperators, partialFusions, placedDifferently } from '../../harness/domain/fusions.ts';
import { summarizePlacement } from '../../harness/domain/placement-summary.ts';
import type { Placement } from '../../harness/domain/run-files.ts';

// Excerpts of digits-int8 as haswell/cpu and chromium/webgpu-jsep profiled it.
const CPU = placement('cpu', [
  ['input_q_node', 'QuantizeLinear', 'CPUExecutionProvider'],
  ['c1_node_token_1', 'QLinearConv', 'CPUExecutionProvider'],
]);
const JSEP = placement('webgpu', [
  ['logits_bias_dq_node', 'DequantizeLinear', 'JsExecutionProvider'],
  ['input_q_node', 'QuantizeLinear', 'CPUExecutionProvider'],
  ['c1_node_token_1', 'Conv', 'JsExecutionProvider'],
  ['r1_q_node', 'QuantizeLinear', 'CPUExecutionProvider'],
]);
// Of the same network in float16, on workstation/cpu and cortex-a76/cpu.
const BLOCKED = placement('cpu', [
  ['InsertedPrecisionFreeCast_r1_nchwc', 'Conv', 'CPUExecutionProvider'],
  ['InsertedPrecisionFreeCast_mp_nchwc_token_2', 'MaxPool', 'CPUExecutionProvider'],
  ['ReorderOutput', 'ReorderOutput', 'CPUExecutionProvider'],
  ['flat_node', 'Flatten', 'CPUExecutionProvider'],
]);
const NHWC = placement('cpu', [
  ['Transpose', 'Transpose', 'CPUExecutionProvider'],
  ['c1_node_token_1', 'NhwcFusedConv', 'CPUExecutionProvider'],
  ['Transpose_token_0', 'Transpose', 'CPUExecutionProvider'],
  ['dw_node', 'FusedConv', 'CPUExecutionProvider'],
  ['pw_node_token_5', 'NhwcFusedConv', 'CPUExecutionProvider'],
  ['mp_node_token_8', 'MaxPool', 'CPUExecutionProvider'],
  ['flat_node', 'Flatten', 'CPUExecutionProvider'],
]);

/** Name, op type and output of each node of the model. */
const NODES = [
  ['input_q_node', 'QuantizeLinear', 'input_q'],
  ['c1_node', 'Conv', 'c1'],
  ['r1_node', 'Relu', 'r1'],
  ['dw_node', 'Conv', 'dw'],
  ['pw_node', 'Conv', 'pw'],
  ['mp_node', 'MaxPool', 'mp'],
  ['flat_node', 'Flatten', 'flat'],
] as const;
const MODEL: ModelOperators = {
  opTypes: new Map(NODES.map(([name, opType]) => [name, opType])),
  producers: new Map(NODES.map(([name, , tensor]) => [tensor, name])),
  known: new Set(NODES.map(([, opType]) => opType)),
};

function placement(requested: string, nodes: readonly (readonly [string, string, string])[]): Placement {
  return {
    requested,
    status: 'attested',
    nodes: nodes.map(([name, opType, provider]) => ({ name, opType, provider })),
  };
}

test('a fusion of one target only is listed, whatever number the runtime appended', () => {
  const placements = [
    { target: 'haswell/cpu', placement: CPU },
    { target: 'chromium/jsep', placement: JSEP },
    { target: 'silent/cpu', placement: { requested: 'cpu', status: 'unknown', nodes: [] } as const },
  ];
  expect(partialFusions(MODEL, placements)).toEqual([
    { operator: 'QLinearConv', nodes: ['c1_node'], fired: ['haswell/cpu'], notFired: ['chromium/jsep'] },
  ]);
  expect(partialFusions(MODEL, [placements[0]!, { target: 'other/cpu', placement: CPU }])).toEqual([]);
});

test('nodes of one operator share a line; a blocked node is found by the tensor that it makes', () => {
  const [x86, arm] = ['workstation/cpu', 'cortex-a76/cpu'];
  const placements = [
    { target: x86, placement: BLOCKED },
    { target: arm, placement: NHWC },
  ];
  expect(partialFusions(MODEL, placements)).toEqual([
    { operator: 'Conv (NCHWc)', nodes: ['r1_node'], fired: [x86], notFired: [arm] },
    { operator: 'MaxPool (NCHWc)', nodes: ['mp_node'], fired: [x86], notFired: [arm] },
    { operator: 'NhwcFusedConv', nodes: ['c1_node', 'pw_node'], fired: [arm], notFired: [x86] },
    { operator: 'FusedConv', nodes: ['dw_node'], fired: [arm], notFired: [x86] },
  ]);
});

test('a made operator whose name leads to no node is listed without one; what moves tensors is not', () => {
  const gelu = placement('cpu', [['Gelu_token_3', 'Gelu', 'CPUExecutionProvider']]);
  const plain = placement('cpu', [
    ['Memcpy_token_69', 'MemcpyFromHost', 'CPUExecutionProvider'],
    ['Relu_12', 'Relu', 'CPUExecutionProvider'],
  ]);
  const placements = [
    { target: 'a/cpu', placement: gelu },
    { target: 'b/cpu', placement: plain },
  ];
  expect(partialFusions(MODEL, placements)).toEqual([
    { operator: 'Gelu', nodes: [], fired: ['a/cpu'], notFired: ['b/cpu'] },
  ]);
});

test.for([
  { name: 'numbering alone', nodes: [['c1_node_token_9', 'QLinearConv']], differs: false },
  { name: 'another operator', nodes: [['c1_node_token_1', 'Conv']], differs: true },
  { name: 'another node', nodes: [['c2_node', 'QLinearConv']], differs: true },
] as const)('placements that differ in $name: $differs', ({ nodes, differs }) => {
  const target = 'a/cpu';
  const own = placement('cpu', [['c1_node_token_1', 'QLinearConv', 'CPUExecutionProvider']]);
  const other = placement('cpu', [[...nodes[0], 'CPUExecutionProvider']]);
  const silent: Placement = { requested: 'cpu', status: 'unknown', nodes: [] };
  const placements = [own, other, silent].map((each) => ({ target, placement: each }));
  expect(placedDifferently(placements)).toBe(differs);
});

test('partitions and fallbacks are counted in the order of execution', () => {
  expect(summarizePlacement(JSEP)).toEqual({
    requested: 'webgpu',
    status: 'attested',
    providers: { JsExecutionProvider: 2, CPUExecutionProvider: 2 },
    partitions: 4,
    fallbacks: 2,
    operators: { DequantizeLinear: 1, QuantizeLinear: 2, Conv: 1 },
  });
  expect(summarizePlacement({ requested: 'cpu', status: 'unknown', nodes: [] }).fallbacks).toBe('NaN');
});
