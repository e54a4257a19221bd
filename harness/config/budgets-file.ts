import { z } from 'zod';
import type { BudgetRule, Budgets, Limit, Matcher, Waiver } from '../domain/budgets.ts';
import { metricDefinition } from '../domain/metrics.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { checkLimit, checkMetric } from './budget-metrics.ts';
import { checkShape } from './check-shape.ts';
import { parseIsa } from './isa.ts';
import { didYouMean, quoteNames } from './nearest-name.ts';
import { parseYaml, readText, type YamlFile, type YamlPath } from './read-yaml.ts';

const text = z.string().min(1);
const matcher = z.strictObject({
  suite: text.optional(),
  case: text.optional(),
  tensor: text.optional(),
  device: text.optional(),
  delegate: text.optional(),
  soc: text.optional(),
  tag: text.optional(),
  isa: text.optional(),
});
// A limit may be .inf, which lifts an earlier rule's; zod's own number refuses it.
const bound = z.custom<number>((value) => typeof value === 'number' && !Number.isNaN(value), {
  error: 'a number',
});
const limitPair = z.strictObject({ fail: bound.optional(), warn: bound.optional() });

const budgetsShape = z.strictObject({
  schema: z.literal('fleetdiff/budgets@1'),
  rules: z
    .array(
      z.strictObject({
        match: matcher,
        limits: z.record(z.string(), z.unknown()),
        reason: text,
        owner: text.optional(),
      }),
    )
    .min(1),
  waivers: z
    .array(
      z.strictObject({
        match: matcher,
        metrics: z.array(text).min(1),
        limits: z.record(z.string(), z.unknown()).optional(),
        reason: text,
        owner: text,
        expires: z
          .string({ error: 'a day as YYYY-MM-DD' })
          .refine(isCalendarDay, { error: 'a day of the calendar as YYYY-MM-DD' }),
      }),
    )
    .optional(),
  noiseFloor: z.strictObject({ repeats: z.int().min(2), factor: z.number().gt(0) }).optional(),
});

const SHAPE_CODE = 'E_BUDGETS_SHAPE';

/** Reads budgets.yml. Throws a UserError with the line for anything that a rule cannot mean; names are checked by `checkBudgetNames`. */
export async function readBudgetsFile(file: string): Promise<Budgets> {
  return parseBudgets(await readText(file, ['write one:  fleetdiff init']), file);
}

/** The same from text that was kept, such as the plan's. `file` is what places and verdicts name. */
export function parseBudgets(source: string, file: string): Budgets {
  const yaml = parseYaml(source, file);
  const shape = checkShape(budgetsShape, yaml, SHAPE_CODE);
  const rules = shape.rules.map((rule, index): BudgetRule => {
    const at = ['rules', index];
    const { allowNonfinite, limits } = readLimits(rule.limits, yaml, [...at, 'limits']);
    checkScopes(rule.match as Matcher, Object.keys(limits), yaml, at);
    return {
      match: readMatcher(rule.match, yaml, [...at, 'match']),
      limits,
      ...(allowNonfinite === undefined ? {} : { allowNonfinite }),
      reason: rule.reason,
      ...(rule.owner === undefined ? {} : { owner: rule.owner }),
      place: yaml.placeOf(at),
    };
  });
  const waivers = (shape.waivers ?? []).map((waiver, index): Waiver => {
    const at = ['waivers', index];
    for (const [position, metric] of waiver.metrics.entries()) {
      checkMetric(metric, 'waiver', yaml.placeOf([...at, 'metrics', position]));
    }
    const { limits, ...rest } = waiver;
    return {
      ...rest,
      ...(limits === undefined
        ? {}
        : { limits: readWaiverLimits(limits, waiver.metrics, yaml, [...at, 'limits']) }),
      match: readMatcher(waiver.match, yaml, [...at, 'match']),
      place: yaml.placeOf(at),
    };
  });
  return { file, rules, waivers, ...(shape.noiseFloor ? { noiseFloor: shape.noiseFloor } : {}) };
}

/** Where nodes ran is asked of no tensor. */
const OF_THE_TARGET_ALONE: ReadonlySet<string> = new Set(['fallback_nodes', 'moved_nodes']);

/** A metric of the whole target has no tensor or case that a rule could name: such a rule would never match. */
function checkScopes(match: Matcher, metrics: readonly string[], yaml: YamlFile, at: YamlPath): void {
  for (const metric of metrics) {
    const tooNarrow = (
      OF_THE_TARGET_ALONE.has(metric) ? (['tensor', 'case'] as const) : (['case'] as const)
    ).find((key) => match[key] !== undefined && match[key] !== '*');
    if (metricDefinition(metric)?.scope !== 'target' || tooNarrow === undefined) continue;
    throw new UserError(
      'E_BUDGET_SCOPE',
      `${metric} is of the whole target; a rule for one ${tooNarrow} never matches it.`,
      {
        place: yaml.placeOf([...at, 'limits', metric]),
        remedies: [`give ${metric} a rule of its own, without "${tooNarrow}:"`],
      },
    );
  }
}

/** Limits of a waiver bound the metrics that it waives, and no others. */
function readWaiverLimits(
  shape: Readonly<Record<string, unknown>>,
  metrics: readonly string[],
  yaml: YamlFile,
  at: YamlPath,
): Record<string, Limit> {
  const stray = Object.keys(shape).find((name) => !metrics.includes(name));
  if (stray !== undefined) {
    throw new UserError(
      'E_WAIVER_LIMIT',
      `The waiver limits "${stray}", but waives: ${quoteNames(metrics)}.`,
      {
        place: yaml.placeOf([...at, stray]),
        remedies: [...didYouMean(stray, metrics), 'a limit says how bad a waived metric may be'],
      },
    );
  }
  return readLimits(shape, yaml, at).limits;
}

const matcherPlaces = new WeakMap<Matcher, (key: keyof Matcher) => Place>();

/** Where a key of a matcher stands; undefined for a matcher that did not come from a file. */
export function placeOfMatcherKey(match: Matcher, key: keyof Matcher): Place | undefined {
  return matcherPlaces.get(match)?.(key);
}

function readMatcher(shape: z.infer<typeof matcher>, yaml: YamlFile, at: YamlPath): Matcher {
  // Absent keys stay absent, for exactOptionalPropertyTypes and for readable JSON.
  const match = Object.fromEntries(Object.entries(shape).filter(([, glob]) => glob !== undefined)) as Matcher;
  matcherPlaces.set(match, (key) => yaml.placeOf([...at, key]));
  if (match.isa !== undefined) checkIsa(match.isa, yaml.placeOf([...at, 'isa']));
  return match;
}

function checkIsa(text: string, place: Place): void {
  const { present, absent } = parseIsa(text);
  const both = present.find((feature) => absent.includes(feature));
  if (both !== undefined) {
    throw new UserError('E_BUDGET_ISA', `isa: "${text}" asks for a target that has and lacks "${both}".`, {
      place,
    });
  }
  if ([...present, ...absent].some((feature) => feature === '')) {
    throw new UserError('E_BUDGET_ISA', `isa: expected features such as "x86_64 !vnni"; found "${text}".`, {
      place,
      remedies: ['write "!" right before the feature that the target must lack'],
    });
  }
}

function readLimits(
  shape: Readonly<Record<string, unknown>>,
  yaml: YamlFile,
  at: YamlPath,
): { limits: Record<string, Limit>; allowNonfinite?: boolean } {
  const limits: Record<string, Limit> = {};
  let allowNonfinite: boolean | undefined;
  for (const [name, value] of Object.entries(shape)) {
    const path = [...at, name];
    if (name === 'allow_nonfinite') {
      allowNonfinite = checkShape(z.boolean(), yaml, SHAPE_CODE, { at: path });
      continue;
    }
    checkMetric(name, 'rule', yaml.placeOf(path));
    const limit = readLimit(value, yaml, path);
    checkLimit(metricDefinition(name)!, name, limit, yaml.placeOf(path));
    limits[name] = limit;
  }
  if (Object.keys(shape).length === 0) {
    throw new UserError(SHAPE_CODE, 'The rule has no limits, so it says nothing.', {
      place: yaml.placeOf(at),
      remedies: ['give one, such as  limits: {max_abs: {fail: 0.01}}', 'or take the rule out'],
    });
  }
  return { limits, ...(allowNonfinite === undefined ? {} : { allowNonfinite }) };
}

/** `2` is short for `{fail: 2}`. */
function readLimit(value: unknown, yaml: YamlFile, path: YamlPath): Limit {
  if (typeof value === 'number') return { fail: checkShape(bound, yaml, SHAPE_CODE, { at: path }) };
  if (
    value === null ||
    typeof value !== 'object' ||
    Array.isArray(value) ||
    Object.keys(value).length === 0
  ) {
    const wanted = z.never({ error: 'a number, or {fail: …, warn: …}' });
    checkShape(wanted, yaml, SHAPE_CODE, { at: path });
  }
  const { fail, warn } = checkShape(limitPair, yaml, SHAPE_CODE, { at: path });
  return { ...(fail === undefined ? {} : { fail }), ...(warn === undefined ? {} : { warn }) };
}

function isCalendarDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value)) return false;
  const day = new Date(`${value}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value);
}
