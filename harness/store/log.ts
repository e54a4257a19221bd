import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileError } from './file-error.ts';
import { type RunFolder, runPaths } from './run-folder.ts';

/** log.ndjson: what happened, one JSON object a line. Synchronous, so that a killed run has its last words on disk. */
export type RunLog = (event: string, details?: Readonly<Record<string, unknown>>) => void;

export function openRunLog(run: RunFolder, clock: () => Date): RunLog {
  const file = runPaths.log(run);
  const writing = (work: () => void) => {
    try {
      work();
    } catch (error) {
      throw fileError(error, 'written', file);
    }
  };
  writing(() => mkdirSync(path.dirname(file), { recursive: true }));
  return (event, details = {}) => {
    const line = JSON.stringify({ at: clock().toISOString(), event, ...details });
    writing(() => appendFileSync(file, `${line}\n`));
  };
}
