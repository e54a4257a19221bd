import { readSync } from 'node:fs';
import { readlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { openFiles, withFiles } from '../../harness/comparison/open-files.ts';
import { scratchFolder } from './sources.ts';

const firstByte = (descriptor: number) => {
  const byte = new Uint8Array(1);
  readSync(descriptor, byte, 0, 1, 0);
  return byte[0];
};

test('a file stays open from one read to the next, until others push it out', async () => {
  const folder = await scratchFolder();
  const names = Array.from({ length: 9 }, (_, i) => path.join(folder, `${i}`));
  await Promise.all(names.map((name, i) => writeFile(name, Uint8Array.of(i))));
  const files = openFiles();
  const first = files.descriptorOf(names[0]!);
  expect(files.descriptorOf(names[0]!)).toBe(first);
  const bytes = names.map((name) => firstByte(files.descriptorOf(name)));
  expect(bytes).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8]);
  expect(firstByte(files.descriptorOf(names[0]!))).toBe(0);
  files.close();
  expect(() => files.descriptorOf(names[0]!)).toThrow('after the files were closed');
});

test.runIf(process.platform === 'linux')('files are closed after the work, even if it fails', async () => {
  const file = path.join(await scratchFolder(), 'file');
  await writeFile(file, 'x');
  let descriptor = -1;
  const work = () =>
    withFiles((files) => {
      descriptor = files.descriptorOf(file);
      throw new Error('work');
    });
  expect(work).toThrow('work');
  await expect(readlink(`/proc/self/fd/${descriptor}`)).rejects.toThrow('ENOENT');
});

test('a file that is not there is a user’s error', () => {
  expect(() => withFiles((files) => files.descriptorOf('no/such/file'))).toThrow(
    expect.objectContaining({ code: 'E_FILE_UNREADABLE', place: { file: 'no/such/file' } }),
  );
});
