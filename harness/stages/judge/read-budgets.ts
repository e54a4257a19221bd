import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseBudgets } from '../../config/budgets-file.ts';
import { checkBudgetNames } from '../../config/check-budget-names.ts';
import { readText } from '../../config/read-yaml.ts';
import type { Budgets } from '../../domain/budgets.ts';
import type { FleetNames, Plan } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';

/**
 * Every suite's budgets, checked against the names that the plan knows. The file in the work folder counts when it is
 * there, so that a recorded run can be judged again under new budgets; else the copy that the plan kept.
 */
export async function readBudgets(
  plan: Plan,
  workFolder: string,
): Promise<ReadonlyMap<string, Budgets | undefined>> {
  const budgets = new Map<string, Budgets | undefined>();
  for (const suite of plan.suites) budgets.set(suite.name, await readSuiteBudgets(suite, workFolder));
  const suites = plan.suites.map(({ name }) => name);
  for (const suite of plan.suites) {
    const read = budgets.get(suite.name);
    if (read) checkSuiteBudgets(read, suite, plan.fleet, suites);
  }
  return budgets;
}

async function readSuiteBudgets(suite: PlannedSuite, workFolder: string): Promise<Budgets | undefined> {
  if (!suite.budgets) return undefined;
  const { path: file, text } = suite.budgets;
  const present = path.resolve(workFolder, file);
  return parseBudgets(existsSync(present) ? await readText(present) : text, file);
}

/** Throws for a name that no suite, case, tensor or device bears: such a rule would judge nothing, in silence. */
export function checkSuiteBudgets(
  budgets: Budgets,
  suite: Pick<PlannedSuite, 'cases' | 'model'>,
  fleet: FleetNames,
  suites: readonly string[],
): void {
  checkBudgetNames(budgets, {
    suites,
    cases: suite.cases.map(({ name }) => name),
    tensors: suite.model.facts.outputs.map(({ name }) => name),
    ...fleet,
  });
}
