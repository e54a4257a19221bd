import { existsSync } from 'node:fs';
import path from 'node:path';
import { parseBudgets } from '../../config/budgets-file.ts';
import { checkBudgetNames } from '../../config/check-budget-names.ts';
import { type Fleet, readDevicesFile } from '../../config/devices-file.ts';
import { compileGlob } from '../../config/name-glob.ts';
import { readText } from '../../config/read-yaml.ts';
import type { Budgets, Matcher } from '../../domain/budgets.ts';
import type { FleetNames, Plan } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import { UserError } from '../../domain/user-error.ts';

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
  const fleet = await knownFleet(plan, workFolder);
  for (const suite of plan.suites) {
    const read = budgets.get(suite.name);
    if (read) checkSuiteBudgets(read, namesOf(suite), fleet);
  }
  return budgets;
}

async function readSuiteBudgets(suite: PlannedSuite, workFolder: string): Promise<Budgets | undefined> {
  if (!suite.budgets) return undefined;
  const { path: file, text } = suite.budgets;
  const present = path.resolve(workFolder, file);
  return parseBudgets(existsSync(present) ? await readText(present) : text, file);
}

/** The plan's fleet and today's: budgets of today may speak of a device that joined after the run. */
async function knownFleet(plan: Plan, workFolder: string): Promise<FleetNames> {
  const file = path.resolve(workFolder, 'devices.yml');
  if (!existsSync(file)) return plan.fleet;
  try {
    const today = fleetNames(await readDevicesFile(file, process.env));
    const both = (key: keyof FleetNames) => [...new Set([...plan.fleet[key], ...today[key]])];
    return { devices: both('devices'), delegates: both('delegates'), socs: both('socs'), tags: both('tags') };
  } catch (error) {
    // A fleet file that cannot be read is no reason not to judge what was captured.
    if (error instanceof UserError) return plan.fleet;
    throw error;
  }
}

function namesOf(suite: PlannedSuite): SuiteNames {
  return {
    suite: suite.name,
    cases: suite.cases.map(({ name }) => name),
    tensors: suite.model.facts.outputs.map(({ name }) => name),
  };
}

/** Every name of a fleet that a budget may speak of. */
export function fleetNames({ delegates: defined, devices }: Fleet): FleetNames {
  const unique = (names: readonly string[]) => [...new Set(names)].sort();
  return {
    devices: unique(devices.map(({ name }) => name)),
    delegates: unique([...defined, ...devices.flatMap(({ delegates }) => delegates.map(({ name }) => name))]),
    socs: unique(devices.map(({ soc }) => soc)),
    tags: unique(devices.flatMap(({ tags }) => tags)),
  };
}

export interface SuiteNames {
  readonly suite: string;
  readonly cases: readonly string[];
  readonly tensors: readonly string[];
}

/**
 * Throws for a name that no case, tensor, device, delegate, SoC or tag bears: such a rule would judge nothing, in silence.
 * Rules for other suites are theirs to check: several suites may share one file.
 */
export function checkSuiteBudgets(
  budgets: Budgets,
  { suite, cases, tensors }: SuiteNames,
  fleet: FleetNames,
): void {
  const isOurs = ({ match }: { readonly match: Matcher }) => compileGlob(match.suite ?? '*')(suite);
  const ours = { ...budgets, rules: budgets.rules.filter(isOurs), waivers: budgets.waivers.filter(isOurs) };
  checkBudgetNames(ours, { suites: [suite], cases, tensors, ...fleet });
}
