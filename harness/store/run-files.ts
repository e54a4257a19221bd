import { existsSync } from 'node:fs';
import type { TargetName } from '../domain/device.ts';
import type { Capture, Comparisons, Determinism, Equivalence, Plan, Verdicts } from '../domain/run-files.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { type RunFolder, runPaths } from './run-folder.ts';
import {
  captureSchema,
  comparisonsSchema,
  determinismSchema,
  equivalenceSchema,
  planSchema,
  verdictsSchema,
} from './schemas.ts';

export const readPlan = (run: RunFolder): Promise<Plan> =>
  readJsonFile(runPaths.plan(run), 'plan', planSchema);
export const writePlan = (run: RunFolder, plan: Plan): Promise<void> =>
  writeJsonFile(runPaths.plan(run), plan);

export const readComparisons = (run: RunFolder): Promise<Comparisons> =>
  readJsonFile(runPaths.comparisons(run), 'comparisons', comparisonsSchema);
export const writeComparisons = (run: RunFolder, value: Comparisons): Promise<void> =>
  writeJsonFile(runPaths.comparisons(run), value);

export const readEquivalence = (run: RunFolder): Promise<Equivalence> =>
  readJsonFile(runPaths.equivalence(run), 'equivalence', equivalenceSchema);
export const writeEquivalence = (run: RunFolder, value: Equivalence): Promise<void> =>
  writeJsonFile(runPaths.equivalence(run), value);

export const readDeterminism = (run: RunFolder): Promise<Determinism> =>
  readJsonFile(runPaths.determinism(run), 'determinism', determinismSchema);
export const writeDeterminism = (run: RunFolder, value: Determinism): Promise<void> =>
  writeJsonFile(runPaths.determinism(run), value);

export const readVerdicts = (run: RunFolder): Promise<Verdicts> =>
  readJsonFile(runPaths.verdicts(run), 'verdicts', verdictsSchema);
export const writeVerdicts = (run: RunFolder, value: Verdicts): Promise<void> =>
  writeJsonFile(runPaths.verdicts(run), value);

export const writeCapture = (run: RunFolder, capture: Capture): Promise<void> =>
  writeJsonFile(runPaths.capture(run, capture.target, capture.suite), capture);

/** The capture that the plan asks for; undefined when nothing was delivered. */
export async function readCapture(
  run: RunFolder,
  target: TargetName,
  suite: string,
): Promise<Capture | undefined> {
  const file = runPaths.capture(run, target, suite);
  return existsSync(file) ? readJsonFile(file, 'capture', captureSchema) : undefined;
}
