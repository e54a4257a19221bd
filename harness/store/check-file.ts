import type { ModelCheck } from '../domain/model-check.ts';
import { writeJsonFile } from './json-file.ts';
import { type RunFolder, runPaths } from './run-folder.ts';

/** Lies in the run folder of head; base's run folder is `base` in the same. */
export function writeCheck(run: RunFolder, check: ModelCheck): Promise<void> {
  return writeJsonFile(runPaths.check(run), check);
}
