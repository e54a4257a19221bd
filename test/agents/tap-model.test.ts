import { expect, test } from 'vitest';
import { withTaps } from '../../harness/agents/tap-model.ts';
import { decodeModel } from '../../harness/onnx/proto.ts';
import { readModel } from './jobs.ts';

const MODEL = new Uint8Array(readModel('identity-chain.onnx'));
const outputsOf = (model: Uint8Array) => decodeModel(model, 'm').graph.output?.map(({ name }) => name);

test.for<[what: string, taps: readonly string[], outputs: readonly string[]]>([
  ['a tensor inside', ['t'], ['y', 't']],
  ['a name beyond ASCII', ['größe/层'], ['y', 'größe/层']],
  ['a name longer than 127 bytes', ['n'.repeat(300)], ['y', 'n'.repeat(300)]],
  ['twice the same', ['t', 't'], ['y', 't']],
  ['an output of the model', ['y'], ['y']],
  ['nothing', [], ['y']],
])('%s', ([, taps, outputs]) => {
  expect(outputsOf(withTaps(MODEL, taps))).toEqual(outputs);
});

test('the bytes of the model stay in front', () => {
  expect(withTaps(MODEL, ['t']).subarray(0, MODEL.length)).toEqual(MODEL);
  expect(withTaps(MODEL, ['y'])).toBe(MODEL);
});

test('taps can be added twice', () => {
  expect(outputsOf(withTaps(withTaps(MODEL, ['t']), ['t', 'u']))).toEqual(['y', 't', 'u']);
});

test.for([
  ['a text', Buffer.from('no model')],
  ['a model cut short', MODEL.subarray(0, -1)],
])('%s has no tensors to expose', ([, bytes]) => {
  expect(() => withTaps(bytes as Uint8Array, ['t'])).toThrow('no ONNX model, or they are damaged');
});
