import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseBudgets } from '../config/budgets-file.ts';
import { readText } from '../config/read-yaml.ts';
import type { Plan, Verdicts } from '../domain/run-files.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { UserError } from '../domain/user-error.ts';
import { readPlan, readVerdicts } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { type LimitEdit, openBudgetsText } from './ratchet/edit-budgets.ts';
import { lineDiff } from './ratchet/line-diff.ts';
import { observedWorst, tighterLimit } from './ratchet/propose.ts';

/** Tighter limits that the last nights would have kept within. */
export interface Ratchet {
  readonly nights: readonly string[];
  readonly proposals: readonly Proposal[];
  /** Targets that were skipped in a suite every night: nobody knows what they need. */
  readonly unseen: readonly string[];
  /** Unified diff over all budgets files; empty when nothing can be tighter. */
  readonly diff: string;
}

export interface Proposal extends LimitEdit {
  readonly file: string;
  readonly from: number;
  readonly worst: number;
  readonly run: string;
  readonly target: string;
}

interface Night {
  readonly plan: Plan;
  readonly verdicts: Verdicts;
}

/**
 * Proposes; changes no file.
 * @param reports the folder of run folders
 * @param count nights that must have been clean: complete, nothing over budget, judged by the budgets as they stand
 * @throws UserError E_RATCHET_NIGHTS when there are fewer, E_RATCHET_NOT_CLEAN with the night that was not
 */
export async function proposeRatchet(reports: string, workFolder: string, count: number): Promise<Ratchet> {
  const nights = await lastNights(path.resolve(workFolder, reports), count);
  const unclean = nights.find(({ verdicts }) => verdicts.exitCode !== 0);
  if (unclean !== undefined)
    throw notClean(unclean.plan.run, `it ended with exit code ${unclean.verdicts.exitCode}`);
  const files = new Map<string, string>();
  for (const { plan } of nights) {
    for (const { budgets } of plan.suites) {
      if (budgets === undefined) continue;
      const text = files.get(budgets.path) ?? (await readText(path.resolve(workFolder, budgets.path)));
      if (text !== budgets.text)
        throw notClean(plan.run, `it was planned with another ${budgets.path} than the one that stands`);
      files.set(budgets.path, text);
    }
  }
  const judged = nights.map(({ plan, verdicts }) => ({ run: plan.run, verdicts: verdicts.verdicts }));
  const proposals: Proposal[] = [];
  const diffs: string[] = [];
  for (const [file, text] of files) {
    const own = proposalsFor(file, text, judged);
    proposals.push(...own);
    diffs.push(lineDiff(file, text, openBudgetsText(text).edited(own)));
  }
  return {
    nights: nights.map(({ plan }) => plan.run),
    proposals,
    unseen: unseenTargets(nights),
    diff: diffs.join(''),
  };
}

function unseenTargets(nights: readonly Night[]): readonly string[] {
  const seen = new Set(
    nights.flatMap(({ verdicts }) =>
      targetVerdicts(verdicts)
        .filter(({ said }) => said.some(({ status }) => status !== 'SKIPPED'))
        .map(pairKey),
    ),
  );
  const unseen = nights.flatMap(({ plan }) =>
    plan.captures.filter((planned) => planned.role === 'candidate' && !seen.has(pairKey(planned))),
  );
  return [...new Set(unseen.map(({ target }) => target))];
}

const pairKey = ({ suite, target }: { readonly suite: string; readonly target: string }) =>
  JSON.stringify([suite, target]);

function proposalsFor(file: string, text: string, nights: Parameters<typeof observedWorst>[0]): Proposal[] {
  parseBudgets(text, file);
  const written = openBudgetsText(text);
  return observedWorst(nights, file).flatMap(({ line, metric, worst, run, target }) => {
    const { fail, warn } = written.boundsOf(line, metric);
    // Where one warns it is the tighter of the two, and the one that people see first.
    const [bound, from] = warn === undefined ? (['fail', fail] as const) : (['warn', warn] as const);
    const to = from === undefined ? undefined : tighterLimit(metric, from, worst);
    return from === undefined || to === undefined
      ? []
      : [{ file, line, metric, bound, from, to, worst, run, target }];
  });
}

async function lastNights(reports: string, count: number): Promise<readonly Night[]> {
  const entries = existsSync(reports) ? await readdir(reports, { withFileTypes: true }) : [];
  const runs = entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }): RunFolder => ({ root: path.join(reports, name) }))
    .filter((run) => existsSync(runPaths.plan(run)) && existsSync(runPaths.verdicts(run)))
    // A model that was checked is no night: it may never have been merged.
    .filter((run) => !existsSync(runPaths.check(run)));
  const plans = await Promise.all(runs.map(async (run) => ({ run, plan: await readPlan(run) })));
  const last = plans
    .sort((left, right) => (left.plan.createdAt < right.plan.createdAt ? 1 : -1))
    .slice(0, count);
  if (last.length < count) {
    throw new UserError('E_RATCHET_NIGHTS', `Of ${count} nights ${last.length} lie there.`, {
      place: { file: reports },
      remedies: [
        'ask for fewer:  fleetdiff history --ratchet N',
        'or keep more runs when you remove old ones:  fleetdiff prune --keep 60d',
      ],
    });
  }
  return Promise.all(last.map(async ({ run, plan }) => ({ plan, verdicts: await readVerdicts(run) })));
}

function notClean(run: string, why: string): UserError {
  return new UserError('E_RATCHET_NOT_CLEAN', `Run ${run} is no night to learn limits from: ${why}.`, {
    remedies: ['ask for the nights after it:  fleetdiff history --ratchet N'],
  });
}
