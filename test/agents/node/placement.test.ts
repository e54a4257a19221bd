import { expect, test } from 'vitest';
import { placedNodes } from '../../../harness/agents/node/placement.ts';

const kernel = (name: string, opType: string, provider: string, index: string) => ({
  cat: 'Node',
  name: `${name}_kernel_time`,
  args: { op_name: opType, provider, node_index: index },
});

test('each executed node once, in order; other events and strangers are passed over', () => {
  const profile = [
    { cat: 'Session', name: 'model_loading_from_saved_file', args: {} },
    kernel('q', 'QuantizeLinear', 'CPUExecutionProvider', '0'),
    {
      cat: 'Node',
      name: 'q_fence_before',
      args: { op_name: 'QuantizeLinear', provider: 'CPUExecutionProvider' },
    },
    kernel('m', 'MatMul', 'WebGpuExecutionProvider', '1'),
    kernel('q', 'QuantizeLinear', 'CPUExecutionProvider', '0'),
    { cat: 'Node', name: 'x_kernel_time', args: { op_name: 3 } },
    { cat: 'Node' },
  ];
  expect(placedNodes(profile)).toEqual([
    { name: 'q', opType: 'QuantizeLinear', provider: 'CPUExecutionProvider' },
    { name: 'm', opType: 'MatMul', provider: 'WebGpuExecutionProvider' },
  ]);
});

test('nodes without a name are told apart by their index', () => {
  const profile = [
    kernel('', 'Add', 'CPUExecutionProvider', '1'),
    kernel('', 'Add', 'CPUExecutionProvider', '2'),
  ];
  expect(placedNodes(profile)).toHaveLength(2);
});

test('what is no list of events holds no nodes', () => {
  expect(placedNodes({})).toEqual([]);
});
