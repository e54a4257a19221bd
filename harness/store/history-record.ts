import { webcrypto } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { HistoryRun } from '../domain/history.ts';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';
import { checkJson, writeJsonFile } from './json-file.ts';
import { type RunFolder, runPaths } from './run-folder.ts';
import type { HistoryRecord } from './schemas/history-run.ts';
import { SCHEMAS } from './schemas.ts';

/** Of these verdicts, and of no others: who judges the run again makes it anew. */
export async function writeHistoryRecord(run: RunFolder, history: HistoryRun): Promise<void> {
  await writeJsonFile(runPaths.history(run), recordOf(await verdictsSha256(run), history));
}

function recordOf(verdicts: string, { targets, ...rest }: HistoryRun): HistoryRecord {
  const sheetOf = new Map<HistoryRun['targets'][number]['tensors'], number>();
  for (const { tensors } of targets) if (!sheetOf.has(tensors)) sheetOf.set(tensors, sheetOf.size);
  return {
    schemaVersion: 1,
    kind: 'history-run',
    verdictsSha256: verdicts,
    history: {
      ...rest,
      sheets: [...sheetOf.keys()],
      targets: targets.map(({ tensors, ...target }) => ({ ...target, sheet: sheetOf.get(tensors)! })),
    },
  };
}

/** What the history keeps of a run, without its other files; undefined where it is to be made of them. */
export async function readHistoryRecord(run: RunFolder): Promise<HistoryRun | undefined> {
  const file = runPaths.history(run);
  try {
    const bytes = bytesOf(file);
    const verdicts = verdictsSha256(run);
    const record = checkJson(bytes, file, 'history-run', SCHEMAS['history-run']);
    return record.verdictsSha256 === (await verdicts) ? historyOf(record) : undefined;
  } catch (error) {
    // Nothing is lost with it, and what is wrong with the others is said when they are read.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

/** undefined: a target names a sheet that is not there. */
function historyOf({ history: { sheets, targets, ...rest } }: HistoryRecord): HistoryRun | undefined {
  if (targets.some(({ sheet }) => sheets[sheet] === undefined)) return undefined;
  return {
    ...rest,
    targets: targets.map(({ sheet, ...target }) => ({ ...target, tensors: sheets[sheet]! })),
  };
}

/** Hashed on another thread, while this one reads on. */
function verdictsSha256(run: RunFolder): Promise<string> {
  const bytes = bytesOf(runPaths.verdicts(run));
  return webcrypto.subtle.digest('SHA-256', bytes).then((digest) => Buffer.from(digest).toString('hex'));
}

/** At once: through promises, thousands of small files take several times as long. */
function bytesOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw fileError(error, 'read', file);
  }
}
