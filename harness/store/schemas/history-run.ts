import { z } from 'zod';
import { ENVIRONMENT_FACTS, type EnvironmentFact, type HistoryRun } from '../../domain/history.ts';
import { count, head, jsonNumber, sha256, text } from './parts.ts';
import { exitCode, status } from './verdicts.ts';

type Target = HistoryRun['targets'][number];

/** What of a run a history keeps, and of which verdicts.json it was made. */
export interface HistoryRecord {
  readonly schemaVersion: 1;
  readonly kind: 'history-run';
  readonly verdictsSha256: string;
  readonly history: Omit<HistoryRun, 'targets'> & {
    /** What targets answered. Those that gave the same answers name the same sheet. */
    readonly sheets: readonly Target['tensors'][];
    readonly targets: readonly (Omit<Target, 'tensors'> & { readonly sheet: number })[];
  };
}

const answersByTensor = z.array(z.object({ tensor: text, answer: text }));
const facts = z.object(
  Object.fromEntries(ENVIRONMENT_FACTS.map((fact) => [fact, text])) as Record<EnvironmentFact, typeof text>,
);
const milliseconds = z.number().nonnegative().nullable();

const targetInRun = z.object({
  suite: text,
  target: text,
  role: z.enum(['candidate', 'reference']),
  capture: z.enum(['captured', 'failed', 'skipped', 'missing']),
  status: status.nullable(),
  passed: count,
  environment: text.nullable(),
  fallbackNodes: jsonNumber.nullable(),
  jobMs: milliseconds,
  inferenceMs: milliseconds,
  sheet: count,
});

const historyVerdict = z.object({
  id: text,
  suite: text,
  target: text,
  case: text,
  tensor: text,
  metric: text,
  actual: jsonNumber.nullable(),
  limit: jsonNumber.nullable(),
  operator: text,
  status,
  rule: text,
});

export const historyRunSchema: z.ZodType<HistoryRecord> = z
  .object({
    ...head('history-run'),
    verdictsSha256: sha256,
    history: z.object({
      run: text,
      plannedAt: text,
      judgedAt: text,
      planHash: text,
      harness: text,
      exitCode,
      sheets: z.array(answersByTensor),
      targets: z.array(targetInRun),
      environments: z.array(z.object({ id: text, facts })),
      answers: z.array(
        z.object({
          id: text,
          bytes: text,
          identical: z.boolean(),
          metrics: z.array(z.object({ metric: text, value: jsonNumber })),
        }),
      ),
      verdicts: z.array(historyVerdict),
    }),
  })
  .meta({ title: 'history.json', description: 'What of a run a history keeps.' });
