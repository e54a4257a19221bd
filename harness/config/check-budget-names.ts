import type { Budgets, Matcher } from '../domain/budgets.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { placeOfMatcherKey } from './budgets-file.ts';
import { KNOWN_ISA_FEATURES, parseIsa } from './isa.ts';
import { compileGlob, isGlob } from './name-glob.ts';
import { didYouMean, quoteNames } from './nearest-name.ts';

/** Every name that a budget may speak of. Give the whole fleet and all suites, not what `--only` left of them. */
export interface KnownNames {
  readonly suites: readonly string[];
  readonly cases: readonly string[];
  readonly tensors: readonly string[];
  readonly devices: readonly string[];
  readonly delegates: readonly string[];
  readonly socs: readonly string[];
  readonly tags: readonly string[];
  /** Features that probes reported, beside those that fleetdiff knows of anyway. */
  readonly isa?: readonly string[];
  /** Who has these names, where it is not a suite and its model: "the files' tensors are". */
  readonly owners?: { readonly case: string; readonly tensor: string };
}

const KINDS = [
  { key: 'suite', known: 'suites', owners: 'the suites are' },
  { key: 'case', known: 'cases', owners: "the suite's cases are" },
  { key: 'tensor', known: 'tensors', owners: "the model's outputs are" },
  { key: 'device', known: 'devices', owners: "the fleet's devices are" },
  { key: 'delegate', known: 'delegates', owners: "the fleet's delegates are" },
  { key: 'soc', known: 'socs', owners: "the fleet's SoCs are" },
  { key: 'tag', known: 'tags', owners: "the devices' tags are" },
] as const;

/** Throws E_BUDGET_UNKNOWN_… for the first name or glob of a rule or waiver that matches nothing known: it would judge nothing, in silence. */
export function checkBudgetNames(budgets: Budgets, known: KnownNames): void {
  for (const rule of budgets.rules) checkMatcher(rule.match, rule.place, 'rule', known);
  for (const waiver of budgets.waivers) checkMatcher(waiver.match, waiver.place, 'waiver', known);
}

function checkMatcher(match: Matcher, place: Place, owner: 'rule' | 'waiver', known: KnownNames): void {
  for (const kind of KINDS) {
    const glob = match[kind.key];
    const names = known[kind.known];
    if (glob === undefined || glob === '*' || names.some(compileGlob(glob))) continue;
    const named = isGlob(glob)
      ? `The ${owner}'s ${kind.key} glob "${glob}" matches nothing:`
      : `The ${owner} names ${kind.key} "${glob}", but`;
    const list = names.length === 0 ? 'none' : quoteNames(names);
    const owners =
      kind.key === 'case' || kind.key === 'tensor' ? (known.owners?.[kind.key] ?? kind.owners) : kind.owners;
    throw new UserError(`E_BUDGET_UNKNOWN_${kind.key.toUpperCase()}`, `${named} ${owners}: ${list}.`, {
      place: placeOfMatcherKey(match, kind.key) ?? place,
      remedies: didYouMean(glob, names),
    });
  }
  if (match.isa !== undefined)
    checkIsaNames(match.isa, placeOfMatcherKey(match, 'isa') ?? place, owner, known);
}

function checkIsaNames(text: string, place: Place, owner: 'rule' | 'waiver', known: KnownNames): void {
  const features = [...new Set([...KNOWN_ISA_FEATURES, ...(known.isa ?? [])])];
  const { present, absent } = parseIsa(text);
  const unknown = [...present, ...absent].find((feature) => !features.includes(feature));
  if (unknown === undefined) return;
  throw new UserError(
    'E_BUDGET_UNKNOWN_ISA',
    `The ${owner} names ISA feature "${unknown}", but the known features are: ${quoteNames(features, 80)}.`,
    { place, remedies: didYouMean(unknown, features) },
  );
}
