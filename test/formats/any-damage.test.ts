import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { UserError } from '../../harness/domain/user-error.ts';
import { readNpy } from '../../harness/formats/npy.ts';
import { readNpz } from '../../harness/formats/npz.ts';
import { readOnnxTensor } from '../../harness/formats/onnx-tensor.ts';
import { readSafetensors } from '../../harness/formats/safetensors.ts';
import { damaged } from './damage.ts';
import { expected, vector } from './vectors.ts';

/** Small, so that every byte can be damaged in a second. */
const twoArrays = zipSync({ 'a.npy': vector('v1.npy'), 'b.npy': [vector('fortran.npy'), { level: 0 }] });

const readers: readonly [name: string, bytes: Uint8Array, read: (bytes: Uint8Array) => unknown][] = [
  ['.npz', twoArrays, (bytes) => readNpz(bytes, 'x')],
  ['.npy', vector('fortran.npy'), (bytes) => readNpy(bytes, 'x', 'x')],
  ['.safetensors', vector('mixed.safetensors'), (bytes) => readSafetensors(bytes, 'x')],
  ['.pb', Buffer.from(expected.protos.string_data!.proto, 'hex'), (bytes) => readOnnxTensor(bytes, 'x')],
];

/** What reading ends in: tensors, our own error, or an error that a user must not see. */
function outcome(read: () => unknown): 'read' | 'refused' | Error {
  try {
    read();
    return 'read';
  } catch (error) {
    return error instanceof UserError ? 'refused' : (error as Error);
  }
}

test.for(readers)('%s: whatever byte is damaged, it is read or refused in words', ([, bytes, read]) => {
  const outcomes = new Set<'read' | 'refused' | Error>();
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      outcomes.add(outcome(() => read(damaged(bytes, at, [bytes[at]! ^ flip]))));
    }
  }
  expect([...outcomes].filter((each) => each instanceof Error)).toEqual([]);
  expect(outcomes.has('refused')).toBe(true);
});

test.for(readers.filter(([name]) => name !== '.pb'))('%s: cut anywhere, it is refused', ([, bytes, read]) => {
  const outcomes = Array.from({ length: bytes.length }, (_, length) =>
    outcome(() => read(bytes.slice(0, length))),
  );
  expect(outcomes.filter((each) => each !== 'refused')).toEqual([]);
});
