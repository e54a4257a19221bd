import { checkBudgetNames } from '../../config/check-budget-names.ts';
import type { BudgetRule, Budgets, Matcher, Waiver } from '../../domain/budgets.ts';
import { metricDefinition } from '../../domain/metrics.ts';
import type { Place } from '../../domain/user-error.ts';
import type { NameInBudgets } from './file-names.ts';

/** What of a budget file speaks of tensors in files, and what does not, in words. */
export interface FileBudgets {
  readonly budgets: Budgets;
  readonly notes: readonly string[];
}

/** Of a run alone: nobody knows which device wrote a file. */
const KEYS_OF_RUNS = ['suite', 'device', 'delegate', 'soc', 'tag', 'isa'] as const;

/**
 * Sets aside the rules and waivers that name what files do not have, and limits on metrics that need a task or a whole run.
 * @param full the names as the comparison shows them
 * @throws UserError E_BUDGET_UNKNOWN_… for a tensor or case that neither side has
 */
export function budgetsForFiles(
  given: Budgets,
  names: readonly NameInBudgets[],
  full: readonly string[],
): FileBudgets {
  const cases = [...new Set(names.flatMap((name) => name.case ?? []))];
  const keys: readonly (keyof Matcher)[] = cases.length === 0 ? [...KEYS_OF_RUNS, 'case'] : KEYS_OF_RUNS;
  const applies = ({ match }: { readonly match: Matcher }) => foreignKeys(match, keys).length === 0;
  const rules = given.rules.filter(applies);
  const waivers = given.waivers.filter(applies);
  const budgets = { ...given, rules: rules.map(withoutForeignLimits), waivers };
  checkBudgetNames(budgets, {
    suites: [],
    cases,
    tensors: [...new Set([...full, ...names.map(({ tensor }) => tensor)])],
    devices: [],
    delegates: [],
    socs: [],
    tags: [],
    owners: { tensor: "the files' tensors are", case: "the folders' cases are" },
  });
  const setAside = [...given.rules, ...given.waivers].filter((each) => !applies(each));
  return { budgets, notes: [...keyNote(setAside, keys), ...metricNote(given.file, rules)] };
}

function foreignKeys(match: Matcher, keys: readonly (keyof Matcher)[]): readonly (keyof Matcher)[] {
  return keys.filter((key) => match[key] !== undefined && match[key] !== '*');
}

function withoutForeignLimits(rule: BudgetRule): BudgetRule {
  const limits = Object.entries(rule.limits).filter(([metric]) => isOfFiles(metric));
  return { ...rule, limits: Object.fromEntries(limits) };
}

function isOfFiles(metric: string): boolean {
  return metricDefinition(metric)?.scope === 'element';
}

function keyNote(setAside: readonly (BudgetRule | Waiver)[], keys: readonly (keyof Matcher)[]): string[] {
  if (setAside.length === 0) return [];
  const named = keys.filter((key) => setAside.some(({ match }) => foreignKeys(match, [key]).length > 0));
  const places = setAside.map(({ place }) => spelled(place)).join(', ');
  return [`${places}: not applied, for files have no ${named.join(', ')}`];
}

function metricNote(file: string, rules: readonly BudgetRule[]): string[] {
  const metrics = new Set(
    rules.flatMap(({ limits }) => Object.keys(limits)).filter((name) => !isOfFiles(name)),
  );
  if (metrics.size === 0) return [];
  return [`${file}: ${[...metrics].join(', ')} not judged, for files have neither task nor repeats`];
}

function spelled({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}
