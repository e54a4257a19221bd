import { existsSync } from 'node:fs';
import { UserError } from '../domain/user-error.ts';
import { visible } from '../report/escape.ts';

/** A folder that was named must be there: without baselines nothing would be held against them, and nothing kept for them. */
export function existingBaselines(folder: string): string {
  if (existsSync(folder)) return folder;
  throw new UserError('E_BASELINES_NOT_FOUND', `There is no folder of baselines ${visible(folder)}.`, {
    remedies: [`make it:  fleetdiff approve RUN --baselines ${visible(folder)} --reason "…"`],
  });
}
