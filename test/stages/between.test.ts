import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Capture } from '../../harness/domain/run-files.ts';
import { compareBetween } from '../../harness/stages/between.ts';
import { diffDocument } from '../../harness/stages/diff.ts';
import { SCHEMAS } from '../../harness/store/schemas.ts';
import { captureFile, copyRecording, type Recording, readCaptureFile } from '../recorded-runs/recording.ts';

/** The all-pass run: `board` is one step off in case `batch`, `browser` in case `single`; a step shows in codes and scores. */

const between = ({ run }: Recording, reference: string, candidate: string, tensors: readonly string[] = []) =>
  compareBetween({ root: run }, { reference, candidate, tensors, worstCount: 3 });

test('every tensor of every case, whichever of the two differs from the golden', async () => {
  const recording = await copyRecording();
  const result = await between(recording, 'board/cpu', 'browser/wasm');
  const rows = result.tensors.map(({ tensor, identical }) => [tensor.tensor, tensor.status, identical]);
  expect(rows).toEqual([
    ['batch/codes', 'FAIL', false],
    ['batch/scores', 'FAIL', false],
    ['single/codes', 'FAIL', false],
    ['single/scores', 'FAIL', false],
  ]);
  expect(result).toMatchObject({
    exitCode: 1,
    reference: { path: 'board/cpu', tensors: 4 },
    candidate: { path: 'browser/wasm', tensors: 4 },
  });
  const document = diffDocument(result);
  expect(SCHEMAS.diff.parse(document)).toEqual(document);
});

test('one is the other the wrong way round', async () => {
  const recording = await copyRecording();
  const worst = async (reference: string, candidate: string) => {
    const [row] = (await between(recording, reference, candidate, ['batch/scores'])).tensors;
    return row?.tensor.worst;
  };
  const forth = await worst('workstation/cpu', 'board/cpu');
  const back = await worst('board/cpu', 'workstation/cpu');
  expect(forth?.reference).not.toBe(forth?.candidate);
  expect(back).toEqual({ ...forth, reference: forth?.candidate, candidate: forth?.reference });
});

test('decisions come with them, by the task of the suite', async () => {
  const { tensors } = await between(await copyRecording(), 'board/cpu', 'phone/cpu', ['*/scores']);
  expect(tensors.map(({ tensor }) => tensor.decisions)).toMatchObject([
    { samples: 3, flips: 0 },
    { samples: 1, flips: 0 },
  ]);
});

test('those that answered alike are identical', async () => {
  const result = await between(await copyRecording(), 'workstation/cpu', 'phone/cpu');
  expect(result.exitCode).toBe(0);
  expect(result.tensors.every(({ identical }) => identical)).toBe(true);
});

describe('nothing is proved', () => {
  test('where one of them was not captured', async () => {
    const recording = await copyRecording();
    const { status: _, ...captured } = await readCaptureFile(recording, 'phone/cpu');
    const { suite, target, planHash, capturedAt } = captured;
    const failed: Capture = {
      ...{ schemaVersion: 1, kind: 'capture', suite, target, planHash, capturedAt },
      ...{ status: 'failed', reason: 'the session died', attempts: 2 },
    };
    await writeFile(path.join(recording.run, captureFile('phone/cpu')), JSON.stringify(failed));
    const result = await between(recording, 'board/cpu', 'phone/cpu');
    expect(result).toMatchObject({
      exitCode: 3,
      elements: 0,
      tensors: [
        {
          tensor: {
            tensor: '*',
            status: 'NOT_COMPARABLE',
            reason: 'phone/cpu has no capture: the session died',
          },
        },
      ],
    });
  });

  test('of an answer whose bytes are damaged; the others are compared', async () => {
    const recording = await copyRecording();
    const { cases } = await readCaptureFile(recording, 'board/cpu');
    const { sha256 } = cases
      .find((entry) => entry.case === 'batch')!
      .repeats[0]!.find(({ name }) => name === 'scores')!;
    await writeFile(path.join(recording.run, 'blobs', sha256.slice(0, 2), sha256), 'damaged');
    const result = await between(recording, 'board/cpu', 'browser/wasm');
    expect(result.exitCode).toBe(3);
    expect(result.tensors.map(({ tensor }) => [tensor.tensor, tensor.status])).toEqual([
      ['batch/codes', 'FAIL'],
      ['batch/scores', 'NOT_COMPARABLE'],
      ['single/codes', 'FAIL'],
      ['single/scores', 'FAIL'],
    ]);
  });
});

test.for<[string, string, string, readonly string[], string]>([
  ['a target that the run has not', 'board/cpu', 'bord/cpu', [], 'E_TARGET_UNKNOWN'],
  ['a glob that names nothing', 'board/cpu', 'phone/cpu', ['score'], 'E_DIFF_TENSOR'],
])('%s is an error', async ([, reference, candidate, tensors, code]) => {
  await expect(between(await copyRecording(), reference, candidate, tensors)).rejects.toMatchObject({ code });
});
