import { expect, test } from 'vitest';
import { partialFusions } from '../../harness/domain/fusions.ts';
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
const MODEL = new Map([
  ['input_q_node', 'QuantizeLinear'],
  ['c1_node', 'Conv'],
]);

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
    { operator: 'QLinearConv', node: 'c1_node', fired: ['haswell/cpu'], notFired: ['chromium/jsep'] },
  ]);
  expect(partialFusions(MODEL, [placements[0]!, { target: 'other/cpu', placement: CPU }])).toEqual([]);
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
