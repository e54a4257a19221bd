import type { z } from 'zod';
import { baselineAnswerSchema, baselineSchema } from './schemas/baseline.ts';
import { captureSchema } from './schemas/capture.ts';
import { checkSchema } from './schemas/check.ts';
import { classPairsSchema } from './schemas/class-pairs.ts';
import { comparisonsSchema } from './schemas/comparisons.ts';
import { determinismSchema } from './schemas/determinism.ts';
import { diagnosisSchema } from './schemas/diagnosis.ts';
import { diffSchema } from './schemas/diff.ts';
import { equivalenceSchema } from './schemas/equivalence.ts';
import { attributionSchema, trendsSchema } from './schemas/history.ts';
import { historyRunSchema } from './schemas/history-run.ts';
import { placementSchema } from './schemas/placement.ts';
import { planSchema } from './schemas/plan.ts';
import { stabilitySchema } from './schemas/stability.ts';
import { verdictsSchema } from './schemas/verdicts.ts';

/**
 * One schema per kind of run file, tied to the domain's types by annotation: a field that differs does not compile. The JSON
 * Schemas that the package ships are made of the same (json-schemas.ts).
 */
export const SCHEMAS = {
  plan: planSchema,
  capture: captureSchema,
  comparisons: comparisonsSchema,
  equivalence: equivalenceSchema,
  'class-pairs': classPairsSchema,
  determinism: determinismSchema,
  placement: placementSchema,
  verdicts: verdictsSchema,
  diagnosis: diagnosisSchema,
  stability: stabilitySchema,
  diff: diffSchema,
  attribution: attributionSchema,
  trends: trendsSchema,
  'history-run': historyRunSchema,
  check: checkSchema,
  baseline: baselineSchema,
  'baseline-answer': baselineAnswerSchema,
} as const satisfies Readonly<Record<string, z.ZodType>>;

export type Kind = keyof typeof SCHEMAS;

export const KINDS = Object.keys(SCHEMAS) as readonly Kind[];
