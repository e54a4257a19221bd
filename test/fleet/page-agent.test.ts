import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { interceptConsole, placedNodes } from '../../harness/agents/web/placement.ts';
import { bytesOf, elementsOf } from '../../harness/agents/web/tensor-bytes.ts';

describe('placement', () => {
  // Lines as onnxruntime-web 1.30 printed them for a quantized model in Chromium 156.
  const line = (name: string, op: string, provider: string, index: string, cat = 'Node') =>
    `{"cat" : "${cat}","pid" :42,"tid" :42,"dur" :9,"ts" :1,"ph" : "X","name" :"${name}","args" : {"provider" : "${provider}","op_name" : "${op}","node_index" : "${index}"}},`;

  test('is read from the kernel times of nodes and nothing else', () => {
    const nodes = placedNodes([
      '[',
      line('model_loading_array', '', '', '', 'Session'),
      line('c1_quant_fence_before', 'QLinearConv', '', '3'),
      line('c1_quant_kernel_time', 'QLinearConv', 'CPUExecutionProvider', '3'),
      line('Conv_4_kernel_time', 'Conv', 'WebGpuExecutionProvider', '4'),
      line('Conv_4_kernel_time', 'Conv', 'WebGpuExecutionProvider', '4'),
      '{"cat" : "Node", cut off',
      'a warning of somebody else',
      ']',
    ]);
    expect(nodes).toEqual([
      { name: 'c1_quant', opType: 'QLinearConv', provider: 'CPUExecutionProvider' },
      { name: 'Conv_4', opType: 'Conv', provider: 'WebGpuExecutionProvider' },
    ]);
  });

  describe('the console', () => {
    const { log, info, warn, error, debug } = console;
    const seen: unknown[] = [];
    beforeEach(() => {
      seen.length = 0;
      console.log = (...parts) => void seen.push(...parts);
    });
    afterEach(() => void Object.assign(console, { log, info, warn, error, debug }));

    test('is heard by who took hold of it before, and only while the work runs', () => {
      const linesPrintedBy = interceptConsole();
      const held = console.log;
      held('before');
      expect(linesPrintedBy(() => held('one\ntwo', 3))).toEqual(['one', 'two 3']);
      held('after');
      expect(seen).toEqual(['before', 'after']);
    });
  });
});

describe('tensor bytes', () => {
  // struct.pack of Python: '<f' 1.5, '<d' -2.0, '<e' 1.5, '<q' -5, '<H' 65535, '<b' -1.
  test.for<[dtype: Parameters<typeof elementsOf>[0], hex: string, element: number | bigint]>([
    ['float32', '0000c03f', 1.5],
    ['float64', '00000000000000c0', -2],
    ['int64', 'fbffffffffffffff', -5n],
    ['uint64', 'ffffffffffffffff', 18446744073709551615n],
    ['uint16', 'ffff', 65535],
    ['float16', '003e', 0x3e00],
    ['int8', 'ff', -1],
    ['bool', '01', 1],
  ])('%s', ([dtype, hex, element]) => {
    const bytes = new Uint8Array(Buffer.from(hex, 'hex'));
    const data = elementsOf(dtype, bytes.buffer);
    expect(data[0]).toBe(element);
    expect(Buffer.from(bytesOf({ data } as never)).toString('hex')).toBe(hex);
  });

  test('a dtype that the runtime does not take is an error', () => {
    expect(() => elementsOf('bfloat16', new ArrayBuffer(2))).toThrow('bfloat16');
    expect(() => elementsOf('string', new ArrayBuffer(2))).toThrow('string');
  });
});
