import { matches } from '../config/match.ts';
import type { Budgets } from '../domain/budgets.ts';
import type { DecidingRule, Plan, Verdict } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';
import { readPlan, readVerdicts } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { type Delivery, readDeliveries } from './deliveries.ts';
import { cite } from './judge/apply-waivers.ts';
import { readBudgets } from './judge/read-budgets.ts';
import { matchingRules, type ResolvedLimit, type Subject } from './judge/resolve-rule.ts';
import { targetSubject } from './judge.ts';

/** One verdict and every rule that spoke of it, in the order they were read; the last one won. */
export interface Explanation {
  readonly verdict: Verdict;
  readonly rules: readonly ResolvedLimit[];
  /** Waivers that cover the metric and match the subject, expired ones among them. */
  readonly waivers: readonly DecidingRule[];
  /** False when the budgets have changed since the verdict: another rule would win now. */
  readonly isCurrent: boolean;
}

/** The rule chain behind one verdict, or behind every verdict that is not a PASS. */
export async function explainRun(
  run: RunFolder,
  verdictId: string | undefined,
  workFolder: string,
): Promise<readonly Explanation[]> {
  const plan = await readPlan(run);
  const verdicts = await readVerdicts(run);
  const deliveries = await readDeliveries(run, plan);
  const budgets = await readBudgets(plan, workFolder);
  const chosen = verdictId
    ? verdicts.verdicts.filter(({ id }) => id === verdictId)
    : verdicts.verdicts.filter(({ status }) => status !== 'PASS');
  if (verdictId && chosen.length === 0) {
    throw new UserError('E_VERDICT_UNKNOWN', `The run has no verdict "${verdictId}".`, {
      place: { file: run.root },
      remedies: [`list them:  fleetdiff explain ${run.root}`, 'their ids are in verdicts.json'],
    });
  }
  return chosen.map((verdict) => explain(verdict, plan, deliveries, budgets.get(verdict.suite)));
}

function explain(
  verdict: Verdict,
  plan: Plan,
  deliveries: readonly Delivery[],
  budgets: Budgets | undefined,
): Explanation {
  const subject = subjectOf(verdict, plan, deliveries);
  if (!subject) return { verdict, rules: [], waivers: [], isCurrent: true };
  const waivers = (budgets?.waivers ?? [])
    .filter((waiver) => waiver.metrics.includes(verdict.metric) && matches(waiver.match, subject))
    .map(cite);
  const rules = matchingRules(budgets, subject, verdict.metric, matches);
  const winner = rules.at(-1)?.rule;
  const isCurrent =
    winner === undefined || (winner.file === verdict.rule.file && winner.line === verdict.rule.line);
  return { verdict, rules, waivers, isCurrent };
}

function subjectOf(verdict: Verdict, plan: Plan, deliveries: readonly Delivery[]): Subject | undefined {
  const delivery = deliveries.find(
    ({ planned }) => planned.suite === verdict.suite && planned.target === verdict.target,
  );
  const device = plan.devices.find(({ name }) => verdict.target.startsWith(`${name}/`));
  if (delivery?.status !== 'captured' || !device) return undefined;
  const worst = verdict.worst?.case.split('#')[0];
  return {
    ...targetSubject(verdict.suite, device, delivery.capture),
    case: verdict.case === '*' ? (worst ?? '*') : (verdict.case.split(', ')[0] ?? '*'),
    tensor: verdict.tensor,
  };
}
