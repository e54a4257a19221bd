import { existsSync } from 'node:fs';
import type { Attribution } from '../domain/attribution.ts';
import type { TargetName } from '../domain/device.ts';
import type { Diagnosis } from '../domain/diagnosis.ts';
import type { Placements } from '../domain/placement-summary.ts';
import type {
  Capture,
  ClassPairs,
  Comparisons,
  Determinism,
  Equivalence,
  Plan,
  Verdicts,
} from '../domain/run-files.ts';
import type { Stability } from '../domain/stability.ts';
import type { Trends } from '../domain/trends.ts';
import { type KnownParts, knownParts, readCaptureFile } from './capture-file.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { type RunFolder, runPaths } from './run-folder.ts';
import { SCHEMAS } from './schemas.ts';
import { comparisonsFile, determinismFile, verdictsFile } from './shared-files.ts';

export const readPlan = (run: RunFolder): Promise<Plan> =>
  readJsonFile(runPaths.plan(run), 'plan', SCHEMAS.plan);
export const writePlan = (run: RunFolder, plan: Plan): Promise<void> =>
  writeJsonFile(runPaths.plan(run), plan);

export const readComparisons = (run: RunFolder): Promise<Comparisons> =>
  readJsonFile(runPaths.comparisons(run), 'comparisons', SCHEMAS.comparisons);
export const writeComparisons = (run: RunFolder, value: Comparisons): Promise<void> =>
  writeJsonFile(runPaths.comparisons(run), comparisonsFile(value));

export const readEquivalence = (run: RunFolder): Promise<Equivalence> =>
  readJsonFile(runPaths.equivalence(run), 'equivalence', SCHEMAS.equivalence);
export const writeEquivalence = (run: RunFolder, value: Equivalence): Promise<void> =>
  writeJsonFile(runPaths.equivalence(run), value);

/** Undefined in a run that was compared by an older fleetdiff. */
export async function readClassPairs(run: RunFolder): Promise<ClassPairs | undefined> {
  const file = runPaths.classPairs(run);
  return existsSync(file) ? readJsonFile(file, 'class-pairs', SCHEMAS['class-pairs']) : undefined;
}
export const writeClassPairs = (run: RunFolder, value: ClassPairs): Promise<void> =>
  writeJsonFile(runPaths.classPairs(run), value);

export const readDeterminism = (run: RunFolder): Promise<Determinism> =>
  readJsonFile(runPaths.determinism(run), 'determinism', SCHEMAS.determinism);
export const writeDeterminism = (run: RunFolder, value: Determinism): Promise<void> =>
  writeJsonFile(runPaths.determinism(run), determinismFile(value));

/** Undefined in a run that was compared by an older fleetdiff. */
export async function readPlacement(run: RunFolder): Promise<Placements | undefined> {
  const file = runPaths.placement(run);
  return existsSync(file) ? readJsonFile(file, 'placement', SCHEMAS.placement) : undefined;
}
export const writePlacement = (run: RunFolder, value: Placements): Promise<void> =>
  writeJsonFile(runPaths.placement(run), value);

export const readVerdicts = (run: RunFolder): Promise<Verdicts> =>
  readJsonFile(runPaths.verdicts(run), 'verdicts', SCHEMAS.verdicts);
export const writeVerdicts = (run: RunFolder, value: Verdicts): Promise<void> =>
  writeJsonFile(runPaths.verdicts(run), verdictsFile(value));

/** Undefined when nothing of the run was localized. */
export async function readDiagnosis(run: RunFolder): Promise<Diagnosis | undefined> {
  const file = runPaths.diagnosis(run);
  return existsSync(file) ? readJsonFile(file, 'diagnosis', SCHEMAS.diagnosis) : undefined;
}
export const writeDiagnosis = (run: RunFolder, value: Diagnosis): Promise<void> =>
  writeJsonFile(runPaths.diagnosis(run), value);

/** Undefined in a run that no history keeps. */
export async function readAttribution(run: RunFolder): Promise<Attribution | undefined> {
  const file = runPaths.attribution(run);
  return existsSync(file) ? readJsonFile(file, 'attribution', SCHEMAS.attribution) : undefined;
}
export const writeAttribution = (run: RunFolder, value: Attribution): Promise<void> =>
  writeJsonFile(runPaths.attribution(run), value);

/** Undefined in a run that no history keeps. */
export async function readTrends(run: RunFolder): Promise<Trends | undefined> {
  const file = runPaths.trends(run);
  return existsSync(file) ? readJsonFile(file, 'trends', SCHEMAS.trends) : undefined;
}
export const writeTrends = (run: RunFolder, value: Trends): Promise<void> =>
  writeJsonFile(runPaths.trends(run), value);

export const writeStability = (run: RunFolder, value: Stability): Promise<void> =>
  writeJsonFile(runPaths.stability(run, value.target, value.suite), value);

/** Undefined when nobody probed it. */
export async function readStability(
  run: RunFolder,
  target: TargetName,
  suite: string,
): Promise<Stability | undefined> {
  const file = runPaths.stability(run, target, suite);
  return existsSync(file) ? readJsonFile(file, 'stability', SCHEMAS.stability) : undefined;
}

export const writeCapture = (run: RunFolder, capture: Capture): Promise<void> =>
  writeJsonFile(runPaths.capture(run, capture.target, capture.suite), capture);

/** The capture that the plan asks for; undefined when nothing was delivered. */
export function readCapture(
  run: RunFolder,
  target: TargetName,
  suite: string,
  known: KnownParts = knownParts(),
): Promise<Capture | undefined> {
  return readCaptureFile(runPaths.capture(run, target, suite), known);
}
