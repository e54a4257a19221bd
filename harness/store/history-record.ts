import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { HistoryRun } from '../domain/history.ts';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { type RunFolder, runPaths } from './run-folder.ts';
import { historyRecordFile } from './schemas/history-run.ts';
import { SCHEMAS } from './schemas.ts';

/** Of these verdicts, and of no others: who judges the run again makes it anew. */
export async function writeHistoryRecord(run: RunFolder, history: HistoryRun): Promise<void> {
  await writeJsonFile(runPaths.history(run), historyRecordFile(await verdictsSha256(run), history));
}

/** What the history keeps of a run, without its other files; undefined where it is to be made of them. */
export async function readHistoryRecord(run: RunFolder): Promise<HistoryRun | undefined> {
  try {
    const record = await readJsonFile(runPaths.history(run), 'history-run', SCHEMAS['history-run']);
    return record.verdictsSha256 === (await verdictsSha256(run)) ? record.history : undefined;
  } catch (error) {
    // Nothing is lost with it, and what is wrong with the others is said when they are read.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

async function verdictsSha256(run: RunFolder): Promise<string> {
  const file = runPaths.verdicts(run);
  const bytes = await readFile(file).catch((error: unknown) => {
    throw fileError(error, 'read', file);
  });
  return hash('sha256', bytes, 'hex');
}
