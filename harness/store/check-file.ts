import { existsSync } from 'node:fs';
import type { ModelCheck } from '../domain/model-check.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { type RunFolder, runPaths } from './run-folder.ts';
import { SCHEMAS } from './schemas.ts';

/** Lies in the run folder of head; base's run folder is `base` in the same. */
export function writeCheck(run: RunFolder, check: ModelCheck): Promise<void> {
  return writeJsonFile(runPaths.check(run), check);
}

/** Undefined in a run that is no check. */
export async function readCheck(run: RunFolder): Promise<ModelCheck | undefined> {
  const file = runPaths.check(run);
  return existsSync(file) ? readJsonFile(file, 'check', SCHEMAS.check) : undefined;
}
