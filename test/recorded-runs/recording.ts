import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { Capture, Verdict, Verdicts } from '../../harness/domain/run-files.ts';
import type { BlobRef } from '../../harness/domain/tensor.ts';
import { compareRun } from '../../harness/stages/compare.ts';
import { judgeRun } from '../../harness/stages/judge.ts';
import { openBlobStore } from '../../harness/store/blob-store.ts';
import { openRunFolder, runPaths } from '../../harness/store/run-folder.ts';
import { startCli } from '../cli/work-folder.ts';

/** The all-pass run of fixtures/recorded-runs, copied to a folder of its own, to be damaged. */

const repository = path.resolve(import.meta.dirname, '../..');
const ALL_PASS = path.join(repository, 'fixtures/recorded-runs/all-pass');
const NOW = new Date('2026-11-23T00:00:00Z');

/** Where the plan says that the budgets are; the work folder has none until a test puts them there. */
export const BUDGETS = 'fixtures/recorded-runs/suite/budgets.yml';

export interface Recording {
  readonly workFolder: string;
  readonly run: string;
}

export type CapturedFile = Extract<Capture, { status: 'captured' }>;

export async function makeRecording(): Promise<Recording> {
  const workFolder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-recorded-'));
  const run = path.join(workFolder, 'run');
  await cp(ALL_PASS, run, { recursive: true });
  return { workFolder, run };
}

export async function dropRecording({ workFolder }: Recording): Promise<void> {
  await rm(workFolder, { recursive: true, force: true });
}

/** A copy that is removed when the test ends. */
export async function copyRecording(): Promise<Recording> {
  const recording = await makeRecording();
  onTestFinished(() => dropRecording(recording));
  return recording;
}

export async function judgeUndamaged(): Promise<Verdicts> {
  const recording = await makeRecording();
  try {
    return await judged(recording);
  } finally {
    await dropRecording(recording);
  }
}

export const captureFile = (target: string) => `captures/${target.replace('/', '.')}/quarters.json`;

export async function readCaptureFile({ run }: Recording, target: string): Promise<CapturedFile> {
  return JSON.parse(await readFile(path.join(run, captureFile(target)), 'utf8')) as CapturedFile;
}

export const blobFile = ({ sha256 }: Pick<BlobRef, 'sha256'>) => `blobs/${sha256.slice(0, 2)}/${sha256}`;

/** Replaces `from` by `to`, which differ in exactly one byte, at their first place in the file. */
export function changeByte(root: string, file: string, from: string, to: string): Promise<void> {
  return changeAt(root, file, from, to, (text) => text.indexOf(from));
}

/** The same at their last place. */
export function changeLast(root: string, file: string, from: string, to: string): Promise<void> {
  return changeAt(root, file, from, to, (text) => text.lastIndexOf(from));
}

async function changeAt(
  root: string,
  file: string,
  from: string,
  to: string,
  placeIn: (text: string) => number,
): Promise<void> {
  const [old, fresh] = [Buffer.from(from), Buffer.from(to)];
  if (old.length !== fresh.length || [...old].filter((byte, at) => byte !== fresh[at]).length !== 1)
    throw new Error(`"${from}" and "${to}" are not one byte apart`);
  const text = await readFile(path.join(root, file), 'utf8');
  const at = placeIn(text);
  if (at < 0) throw new Error(`${file} does not hold "${from}"`);
  await writeFile(path.join(root, file), text.slice(0, at) + to + text.slice(at + from.length));
}

/** The hexadecimal digit that follows `key` is another. */
export async function changeByteAfter(root: string, file: string, key: string): Promise<void> {
  const text = await readFile(path.join(root, file), 'utf8');
  const digit = text[text.indexOf(key) + key.length]!;
  await changeByte(root, file, `${key}${digit}`, `${key}${digit === '0' ? '1' : '0'}`);
}

export async function flipBlobByte({ run }: Recording, ref: BlobRef, at: number): Promise<void> {
  const file = path.join(run, blobFile(ref));
  const bytes = await readFile(file);
  bytes[at]! ^= 1;
  await writeFile(file, bytes);
}

/** As if the device had answered so: one byte of an output is another, and the capture names it by its hash. */
export async function answerOtherwise(
  recording: Recording,
  target: string,
  change: { readonly case: string; readonly tensor: string; readonly at: number; readonly byte: number },
): Promise<void> {
  const capture = await readCaptureFile(recording, target);
  const blobs = openBlobStore(runPaths.blobs({ root: recording.run }));
  const cases = await Promise.all(
    capture.cases.map(async (entry) => {
      if (entry.case !== change.case) return entry;
      const repeats = entry.repeats.map((outputs) =>
        outputs.map(async (output) => {
          if (output.name !== change.tensor) return output;
          const bytes = Uint8Array.from(await blobs.load(output));
          bytes[change.at] = change.byte;
          return { ...output, ...(await blobs.put(bytes)) };
        }),
      );
      return { ...entry, repeats: await Promise.all(repeats.map((outputs) => Promise.all(outputs))) };
    }),
  );
  await writeFile(path.join(recording.run, captureFile(target)), JSON.stringify({ ...capture, cases }));
}

/** Compare and judge, in this process. */
export async function judged({ run, workFolder }: Recording, now = NOW): Promise<Verdicts> {
  const folder = openRunFolder(run, workFolder);
  await compareRun(folder);
  return judgeRun(folder, workFolder, now);
}

/** Compare and judge by the built CLI. */
export async function judgedByCli({ workFolder }: Recording) {
  const cli = path.join(repository, 'dist/cli/main.js');
  const compared = await startCli(cli, workFolder, ['compare', 'run']).ended;
  const { code, stdout, stderr } = await startCli(cli, workFolder, ['judge', 'run', '--json']).ended;
  return { compared, code, stderr, verdicts: stdout ? (JSON.parse(stdout) as Verdicts) : undefined };
}

/** `status target tensor metric`, sorted: of the verdicts that are not those of the undamaged run. */
export function moved(before: Verdicts, after: Verdicts): string[] {
  const known = new Set(before.verdicts.map((verdict) => JSON.stringify(verdict)));
  return after.verdicts
    .filter((verdict) => !known.has(JSON.stringify(verdict)))
    .map(wordsOf)
    .sort();
}

/** Targets of which a verdict of the undamaged run is gone. */
export function lost(before: Verdicts, after: Verdicts): string[] {
  const ids = new Set(after.verdicts.map(({ id }) => id));
  return [...new Set(before.verdicts.filter(({ id }) => !ids.has(id)).map(({ target }) => target))].sort();
}

function wordsOf({ status, target, tensor, metric }: Verdict): string {
  return `${status} ${target} ${tensor} ${metric}`;
}
