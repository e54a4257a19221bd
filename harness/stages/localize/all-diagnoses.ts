import type { Diagnosis, TargetDiagnosis } from '../../domain/diagnosis.ts';

/** Every diagnosis of a run, the newest first. */
export function allDiagnoses(diagnosis: Diagnosis | undefined): readonly TargetDiagnosis[] {
  if (!diagnosis) return [];
  const { schemaVersion: _, kind: __, run: ___, others, ...newest } = diagnosis;
  return [newest, ...others];
}
