import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { sha256OfFile } from '../../harness/comparison/hash-file.ts';
import { closeThreads, onThread } from '../../harness/comparison/threads.ts';
import { randomBytes, scratchFolder } from './sources.ts';

afterAll(() => closeThreads());

test.for([0, 1, 1 << 20, (1 << 20) + 1, 3_000_001])(
  '%i bytes, in chunks, here and on a thread',
  async (bytes) => {
    const file = path.join(await scratchFolder(), 'blob');
    const data = randomBytes(bytes, 7);
    await writeFile(file, data);
    const expected = createHash('sha256').update(data).digest('hex');
    expect(sha256OfFile({ file, bytes })).toBe(expected);
    expect(await onThread('sha256', { file, bytes })).toBe(expected);
  },
);

test('a file shorter than it should be is an error, on a thread too', async () => {
  const file = path.join(await scratchFolder(), 'blob');
  await writeFile(file, 'abc');
  const short = { name: 'UserError', code: 'E_TENSOR_FILE', place: { file } };
  expect(() => sha256OfFile({ file, bytes: 4 })).toThrow(expect.objectContaining(short));
  await expect(onThread('sha256', { file, bytes: 4 })).rejects.toMatchObject({
    ...short,
    remedies: [expect.stringContaining('nothing writes to the file')],
  });
});
