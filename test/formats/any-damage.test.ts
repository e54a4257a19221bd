import { zipSync } from 'fflate';
import { expect, test } from 'vitest';
import { UserError } from '../../harness/domain/user-error.ts';
import { damaged } from './damage.ts';
import { readBytes } from './read-bytes.ts';
import { expected, vector } from './vectors.ts';

/** Small, so that every byte can be damaged in a second. */
const twoArrays = zipSync({ 'a.npy': vector('v1.npy'), 'b.npy': [vector('fortran.npy'), { level: 0 }] });

const files: readonly [name: string, bytes: Uint8Array][] = [
  ['x.npz', twoArrays],
  ['x.npy', vector('fortran.npy')],
  ['x.safetensors', vector('mixed.safetensors')],
  ['x.pb', Buffer.from(expected.protos.string_data!.proto, 'hex')],
];

/** What reading ends in: tensors, our own error, or an error that a user must not see. */
function outcomeOf(bytes: Uint8Array, name: string): Promise<'read' | 'refused' | Error> {
  return readBytes(bytes, name).then(
    () => 'read',
    (error) => (error instanceof UserError ? 'refused' : (error as Error)),
  );
}

test.for(files)('%s: whatever byte is damaged, it is read or refused in words', async ([name, bytes]) => {
  const outcomes = new Set<'read' | 'refused' | Error>();
  for (let at = 0; at < bytes.length; at++) {
    for (const flip of [0x01, 0x80, 0xff]) {
      outcomes.add(await outcomeOf(damaged(bytes, at, [bytes[at]! ^ flip]), name));
    }
  }
  expect([...outcomes].filter((each) => each instanceof Error)).toEqual([]);
  expect(outcomes.has('refused')).toBe(true);
});

test.for(files.filter(([name]) => name !== 'x.pb'))(
  '%s: cut anywhere, it is refused',
  async ([name, bytes]) => {
    for (let length = 0; length < bytes.length; length++) {
      expect([length, await outcomeOf(bytes.slice(0, length), name)]).toEqual([length, 'refused']);
    }
  },
);
