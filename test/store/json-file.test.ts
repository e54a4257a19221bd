import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { fileError } from '../../harness/store/file-error.ts';
import { writeWhole } from '../../harness/store/json-file.ts';
import { readPlan, readVerdicts } from '../../harness/store/run-files.ts';

async function folder(): Promise<string> {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-json-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  return root;
}

test('a run file that cannot be read is told with its place, not with a stack', async () => {
  const root = await folder();
  await mkdir(path.join(root, 'plan.json'));
  await expect(readPlan({ root })).rejects.toMatchObject({
    code: 'E_FILE_UNREADABLE',
    message: expect.stringContaining('it is a folder'),
    place: { file: path.join(root, 'plan.json') },
  });
});

test('a file that a stage has not written yet is told with the command that writes it', async () => {
  const root = await folder();
  await expect(readVerdicts({ root })).rejects.toMatchObject({
    code: 'E_RUN_FILE_MISSING',
    remedies: [`write it:  fleetdiff judge ${root}`],
  });
});

test('a file with a byte that is not UTF-8 is damaged, not read as another text', async () => {
  const root = await folder();
  await writeFile(path.join(root, 'plan.json'), Buffer.from([0x22, 0xe9, 0x22]));
  await expect(readPlan({ root })).rejects.toMatchObject({ code: 'E_RUN_FILE_DAMAGED' });
});

test('a file that cannot be written is told with its place, and leaves nothing behind', async () => {
  const root = await folder();
  await writeFile(path.join(root, 'file'), '');
  await expect(writeWhole(path.join(root, 'file', 'x.json'), '')).rejects.toMatchObject({
    code: 'E_FILE_UNWRITABLE',
  });
  await mkdir(path.join(root, 'taken'));
  await expect(writeWhole(path.join(root, 'taken'), '{}')).rejects.toMatchObject({
    code: 'E_FILE_UNWRITABLE',
  });
  expect((await readdir(root)).sort()).toEqual(['file', 'taken']);
});

test.for([
  { code: 'ENOSPC', says: 'no space is left' },
  { code: 'EACCES', says: 'permission is denied' },
  { code: 'EROFS', says: 'read-only' },
])('$code is the machine’s lack: $says', ({ code, says }) => {
  const error = Object.assign(new Error('write'), { code });
  expect(fileError(error, 'written', 'plan.json')).toMatchObject({
    code: 'E_FILE_UNWRITABLE',
    message: expect.stringContaining(says),
    place: { file: 'plan.json' },
    remedies: [expect.any(String)],
  });
});

test('an error that the operating system did not give stays what it is', () => {
  const defect = new TypeError('undefined is not a function');
  expect(fileError(defect, 'written', 'plan.json')).toBe(defect);
});
