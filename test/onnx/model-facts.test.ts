import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { UserError } from '../../harness/domain/user-error.ts';
import { readModelFacts } from '../../harness/onnx/model-facts.ts';
import { constant, info, model } from './build-model.ts';

const DIGITS = path.join(import.meta.dirname, '../../fixtures/digits/models');

/** Scale and zero point of `logits`, read from the files' bytes with Python's struct. */
const U8 = { scale: [0.1876225471496582], zeroPoint: [163], axis: null };
const S8 = { scale: [0.24040354788303375], zeroPoint: [0], axis: null };

test.for<[file: string, u8s8FullRange: boolean, integerOperators: boolean, quantization?: object]>([
  ['digits.f32.onnx', false, false],
  ['digits.u8s8.onnx', true, false, U8],
  ['digits.u8s8-reduced.onnx', false, false, U8],
  ['digits.s8s8.onnx', false, false, S8],
  ['digits.qop.onnx', true, true, U8],
  ['digits.dyn.onnx', true, true],
  ['digits.q4.onnx', false, false],
])('%s', ([file, u8s8FullRange, integerOperators, quantization]) => {
  const logits = { name: 'logits', dtype: 'float32', shape: [-1, 10] };
  expect(readModelFacts(readFileSync(path.join(DIGITS, file)), file)).toEqual({
    inputs: [{ name: 'input', dtype: 'float32', shape: [-1, 1, 28, 28] }],
    outputs: [quantization ? { ...logits, quantization } : logits],
    u8s8FullRange,
    integerOperators,
  });
});

test('the signature: initializers are no inputs, symbolic and unknown dimensions are -1', () => {
  const bytes = model({
    input: [info('x', 'uint8', ['batch', 3, 0]), info('w', 'int8'), info('scalar', 'float16', [])],
    output: [info('y', 'float32', [1, 'unk']), { name: 'z', type: { tensorType: { elemType: 9 } } }],
    initializer: [constant('w', 'int8', [1])],
  });
  const { inputs, outputs } = readModelFacts(bytes, 'm.onnx');
  expect(inputs).toEqual([
    { name: 'x', dtype: 'uint8', shape: [-1, 3, 0] },
    { name: 'scalar', dtype: 'float16', shape: [] },
  ]);
  expect(outputs).toEqual([
    { name: 'y', dtype: 'float32', shape: [1, -1] },
    { name: 'z', dtype: 'bool', shape: [] },
  ]);
});

const digits = readFileSync(path.join(DIGITS, 'digits.f32.onnx'));
const output = [info('y')];
const external = { ...constant('w', 'float32', []), dims: [2], dataLocation: 1 };

test.for<[what: string, bytes: Uint8Array, code: string, reason: string]>([
  ['an empty file', new Uint8Array(), 'E_NOT_A_MODEL', 'no graph'],
  ['a text', Buffer.from('schema: fleetdiff/suite@1\n'), 'E_NOT_A_MODEL', 'is no ONNX model'],
  ['a model cut short', digits.subarray(0, 60_000), 'E_NOT_A_MODEL', 'cut short'],
  ['a graph without outputs', model({ input: output }), 'E_NOT_A_MODEL', 'no graph with outputs'],
  [
    'weights in another file',
    model({ output, initializer: [external] }),
    'E_ONNX_EXTERNAL_DATA',
    'another file',
  ],
  [
    'complex numbers',
    model({ input: [info('x', 'complex64')], output }),
    'E_ONNX_DTYPE',
    'input "x" is of complex64',
  ],
  [
    'a sequence',
    model({ output: [{ name: 'p', type: { sequenceType: {} } }] }),
    'E_MODEL_SIGNATURE',
    'output "p" is a sequence',
  ],
  [
    'an input of unknown rank',
    model({ input: [{ name: 'x', type: { tensorType: { elemType: 1 } } }], output }),
    'E_MODEL_SIGNATURE',
    'input "x" does not declare how many dimensions',
  ],
])('refused: %s', ([, bytes, code, reason]) => {
  const read = () => readModelFacts(bytes, 'm.onnx');
  expect(read).toThrow(UserError);
  expect(read).toThrow(
    expect.objectContaining({ code, message: expect.stringContaining(reason), place: { file: 'm.onnx' } }),
  );
});
