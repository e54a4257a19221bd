import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type KnownParts, knownParts, readCaptureFile } from '../../harness/store/capture-file.ts';
import { writeJsonFile } from '../../harness/store/json-file.ts';
import { sampleCapture } from '../stages/sample-run.ts';

async function scratch(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-captures-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

async function captureFile(target: string, change: (text: string) => string = (text) => text) {
  const file = path.join(await scratch(), 'capture.json');
  await writeFile(file, change(`${JSON.stringify(sampleCapture(target), null, 1)}\n`));
  return file;
}

test('captures that hold the same answers share them, and nothing else', async () => {
  const known: KnownParts = knownParts();
  const [board, phone] = [
    await readCaptureFile(await captureFile('board/cpu'), known),
    await readCaptureFile(await captureFile('phone/cpu'), known),
  ];
  expect([board, phone]).toEqual([sampleCapture('board/cpu'), sampleCapture('phone/cpu')]);
  expect((board as { cases: unknown }).cases).toBe((phone as { cases: unknown }).cases);
  const other = await captureFile('board/cpu', (text) => text.replace('2'.repeat(64), '3'.repeat(64)));
  expect((await readCaptureFile(other, known)) as unknown).not.toEqual(board);
});

test.for<readonly [string, (text: string) => string]>([
  ['on one line', (text) => JSON.stringify(JSON.parse(text))],
  ['with other indents', (text) => JSON.stringify(JSON.parse(text), null, 2)],
  ['with a key behind the answers', (text) => text.replace(/\n}\n$/, ',\n "more": 1\n}\n')],
  ['with a key of that name further in', (text) => text.replace('"place', '"cases": [],\n "place')],
  ['with such text in a name', (text) => text.replace('a SoC', 'a SoC\\n \\"cases\\": [')],
])('a capture that is laid out otherwise is read: %s', async ([, change]) => {
  const file = await captureFile('board/cpu', change);
  const read = await readCaptureFile(file, knownParts());
  expect(read).toMatchObject({ target: 'board/cpu', cases: sampleCapture('board/cpu').cases });
});

test.for<readonly [string, (text: string) => string]>([
  ['an answer that is no hash', (text) => text.replace('2'.repeat(64), 'x')],
  ['answers that end too early', (text) => text.replace(/\]\n}\n$/, '\n}\n')],
  ['one bracket too many', (text) => text.replace(/\n}\n$/, ']\n}\n')],
  ['answers in the place of the provenance', (text) => text.replace('"provenance"', '"cases"')],
])('a damaged capture is an error, whoever was read before: %s', async ([, damage]) => {
  const known: KnownParts = knownParts();
  await readCaptureFile(await captureFile('board/cpu'), known);
  const file = await captureFile('board/cpu', damage);
  await expect(readCaptureFile(file, known)).rejects.toMatchObject({ code: 'E_RUN_FILE_DAMAGED' });
});

test('bytes that are no text are an error', async () => {
  const file = path.join(await scratch(), 'capture.json');
  await writeJsonFile(file, sampleCapture('board/cpu'));
  const text = JSON.stringify(sampleCapture('board/cpu'), null, 1);
  await writeFile(file, Buffer.from(`${text.replace('"one"', '"on\u00e9"')}\n`, 'latin1'));
  await expect(readCaptureFile(file, knownParts())).rejects.toMatchObject({ code: 'E_RUN_FILE_DAMAGED' });
});

test('no file is no capture', async () => {
  expect(await readCaptureFile(path.join(await scratch(), 'none.json'), knownParts())).toBeUndefined();
});
