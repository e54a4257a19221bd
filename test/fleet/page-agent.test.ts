import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { interceptConsole, placedNodes } from '../../harness/agents/web/placement.ts';
import { bytesOf, elementsOf } from '../../harness/agents/web/tensor-bytes.ts';

describe('placement', () => {
  // Printed by onnxruntime-web 1.30 for fixtures/digits/models/digits.u8s8.onnx; the second node's provider is changed.
  const PRINTED = [
    '[',
    '{"cat" : "Session","pid" :42,"tid" :1053752,"dur" :15517,"ts" :210,"ph" : "X","name" :"model_loading_array","args" : {}},',
    '{"cat" : "Node","pid" :42,"tid" :1053752,"dur" :1224,"ts" :1729045,"ph" : "X","name" :"input_q_node_kernel_time","args" : {"output_size" : "15680","thread_scheduling_stats" : "","op_name" : "QuantizeLinear","input_type_shape" : [{"float":[20,1,28,28]},{"float":[]},{"uint8":[]}],"provider" : "CPUExecutionProvider","output_type_shape" : [{"uint8":[20,1,28,28]}],"node_index" : "0","activation_size" : "62720","parameter_size" : "5"}},',
    '{"cat" : "Node","pid" :42,"tid" :1053752,"dur" :88,"ts" :1758539,"ph" : "X","name" :"flat_node_kernel_time","args" : {"output_size" : "31360","node_index" : "32","provider" : "WebGpuExecutionProvider","output_type_shape" : [{"uint8":[20,1568]}],"activation_size" : "31360","parameter_size" : "0","input_type_shape" : [{"uint8":[20,32,7,7]}],"thread_scheduling_stats" : "","op_name" : "Flatten"}},',
    '{"cat" : "Session","pid" :42,"tid" :1053752,"dur" :37916,"ts" :1722327,"ph" : "X","name" :"model_run","args" : {}}',
    ']',
  ];

  test('is read from the kernel times of nodes and nothing else', () => {
    const fence = PRINTED[2]!.replace('_kernel_time', '_fence_before');
    const twice = PRINTED[2]!;
    const others = ['{"cat" : "Node", cut off', 'a warning of somebody else', '{"cat" : "Node"}', '{}'];
    expect(placedNodes([...PRINTED, fence, twice, ...others])).toEqual([
      { name: 'input_q_node', opType: 'QuantizeLinear', provider: 'CPUExecutionProvider' },
      { name: 'flat_node', opType: 'Flatten', provider: 'WebGpuExecutionProvider' },
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
