import type { HistoryRun } from '../../harness/domain/history.ts';
import { ENVIRONMENT_FACTS, type EnvironmentFact } from '../../harness/domain/history.ts';

const NO_FACTS = Object.fromEntries(ENVIRONMENT_FACTS.map((fact) => [fact, ''])) as Record<
  EnvironmentFact,
  string
>;

/** A night of a planted fleet: each target's answer by its id, in an environment that differs from the others as told. */
export interface Night {
  readonly day: number;
  /** By target. */
  readonly answers: Readonly<Record<string, string>>;
  readonly facts?: Readonly<Record<string, Partial<Record<EnvironmentFact, string>>>>;
  readonly maxSteps?: Readonly<Record<string, number>>;
  /** By answer; its id unless told. */
  readonly bytes?: Readonly<Record<string, string>>;
}

export function nightOf({ day, answers, facts = {}, maxSteps = {}, bytes = {} }: Night): HistoryRun {
  const at = new Date(Date.UTC(2026, 0, 1 + day)).toISOString();
  const targets = Object.keys(answers);
  const environment = (target: string) => ({
    id: `env-${JSON.stringify(facts[target] ?? {})}-${target}`,
    facts: { ...NO_FACTS, soc: target, ...facts[target] },
  });
  return {
    run: `night-${String(day).padStart(4, '0')}`,
    plannedAt: at,
    judgedAt: at,
    planHash: 'p',
    harness: '0.1.0',
    exitCode: 0,
    targets: targets.map((target) => ({
      suite: 's',
      target,
      role: 'candidate',
      capture: 'captured',
      status: 'PASS',
      passed: 1,
      environment: environment(target).id,
      fallbackNodes: 0,
      jobMs: 10,
      inferenceMs: 1,
      tensors: [{ tensor: 'y', answer: answers[target]! }],
    })),
    environments: targets.map(environment),
    answers: [...new Set(Object.values(answers))].map((id) => ({
      id,
      bytes: bytes[id] ?? id,
      identical: id === 'same',
      metrics: [{ metric: 'max_steps', value: maxSteps[id] ?? 0 }],
    })),
    verdicts: [],
  };
}
