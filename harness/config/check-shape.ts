import { z } from 'zod';
import { UserError } from '../domain/user-error.ts';
import { didYouMean, nearestName, quoteNames } from './nearest-name.ts';
import type { YamlFile, YamlPath } from './read-yaml.ts';

/** At most so many mistakes are told at once. */
const MOST_MISTAKES = 5;

interface Mistake {
  readonly path: YamlPath;
  readonly message: string;
  readonly remedies: readonly string[];
  /** A key that is missing, or the one that an unknown key most likely meant. */
  readonly key?: { readonly missing: string } | { readonly meant: string };
}

interface ShapeOptions {
  /** Where `value` stands in the file; the root unless told otherwise. */
  readonly at?: YamlPath;
  /** What to check instead of the file's own value: one part of it, or one with the environment filled in. */
  readonly value?: unknown;
}

/**
 * Checks a value of a YAML file against a schema. Throws a UserError with code `code` at the first mistake's line; the
 * further ones are told in its message. What was found is quoted from the file's own text, never from `options.value`, so that
 * a secret from the environment does not get into an error.
 */
export function checkShape<T>(
  schema: z.ZodType<T>,
  yaml: YamlFile,
  code: string,
  options: ShapeOptions = {},
): T {
  const at = options.at ?? [];
  const value = 'value' in options ? options.value : valueAt(yaml.value, at);
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const mistakes = withoutEchoes(result.error.issues.flatMap((issue) => mistakesOf(issue, schema, yaml, at)))
    .map((mistake) => ({ ...mistake, place: yaml.placeOf(mistake.path) }))
    .sort((left, right) => (left.place.line ?? 0) - (right.place.line ?? 0));
  const first = mistakes[0]!;
  const further = mistakes.slice(1, MOST_MISTAKES).map((one) => `\nLine ${one.place.line}: ${one.message}`);
  throw new UserError(code, first.message + further.join(''), {
    place: first.place,
    remedies: first.remedies,
  });
}

/** The value that stands at a path, or undefined. */
export function valueAt(value: unknown, path: YamlPath): unknown {
  let current = value;
  for (const step of path) {
    if (current === null || typeof current !== 'object') return undefined;
    current = (current as Record<PropertyKey, unknown>)[step];
  }
  return current;
}

/** `devices[2].launch.cpu`; the root is "the file". */
export function spellPath(path: YamlPath): string {
  if (path.length === 0) return 'the file';
  return path
    .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
    .join('')
    .replace(/^\./, '');
}

/** What stands there, in a reader's words; long texts are cut. */
export function describeValue(value: unknown): string {
  if (value === undefined || value === null) return 'nothing';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 60)}…` : value}"`;
  return String(value);
}

/** A misspelt key is unknown and leaves the meant one missing: one mistake, told once. */
function withoutEchoes(mistakes: readonly Mistake[]): readonly Mistake[] {
  const parent = (path: YamlPath) => spellPath(path.slice(0, -1));
  return mistakes.filter((one) => {
    if (!one.key || !('missing' in one.key)) return true;
    const { missing } = one.key;
    return !mistakes.some(
      (other) =>
        other.key &&
        'meant' in other.key &&
        other.key.meant === missing &&
        parent(other.path) === parent(one.path),
    );
  });
}

function mistakesOf(issue: z.core.$ZodIssue, schema: z.ZodType, yaml: YamlFile, at: YamlPath): Mistake[] {
  const path = [...at, ...issue.path];
  const found = valueAt(yaml.value, path);
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(schema, issue.path);
    return issue.keys.map((key) => {
      const meant = nearestName(key, known);
      return {
        path: [...path, key],
        message: `Unknown key "${key}" in ${spellPath(path)}; known keys are: ${quoteNames(known, 20)}.`,
        remedies: didYouMean(key, known),
        ...(meant === undefined ? {} : { key: { meant } }),
      };
    });
  }
  const key = path.at(-1);
  if (found === undefined && typeof key === 'string') {
    const message = `The key "${key}" is missing in ${spellPath(path.slice(0, -1))}; expected ${expected(issue)}.`;
    return [{ path, message, remedies: [], key: { missing: key } }];
  }
  const remedies =
    issue.code === 'invalid_value' && typeof found === 'string'
      ? didYouMean(found, issue.values.map(String))
      : [];
  const message = `${spellPath(path)}: expected ${expected(issue)}; found ${describeValue(found)}.`;
  return [{ path, message, remedies }];
}

const TYPE_WORDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a finite number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a mapping',
  record: 'a mapping',
};

/** Schemas with a message of their own state what they expect; zod's own messages all start with a capital. */
function expected(issue: z.core.$ZodIssue): string {
  if (/^[a-z]/.test(issue.message)) return issue.message;
  switch (issue.code) {
    case 'invalid_type':
      return TYPE_WORDS[issue.expected] ?? issue.expected;
    case 'invalid_value':
      return issue.values.length === 1
        ? quoteNames(issue.values.map(String))
        : `one of ${quoteNames(issue.values.map(String))}`;
    case 'too_small':
      if (issue.origin === 'array') return 'at least one entry';
      if (issue.origin === 'string') return 'text that is not empty';
      return `a number ${issue.inclusive ? 'of at least' : 'above'} ${issue.minimum}`;
    case 'too_big':
      return `a number ${issue.inclusive ? 'of at most' : 'below'} ${issue.maximum}`;
    default:
      return issue.message;
  }
}

function knownKeys(schema: z.core.$ZodType, path: YamlPath): string[] {
  let current = unwrap(schema);
  for (const step of path) {
    if (current instanceof z.core.$ZodObject) current = unwrap(current._zod.def.shape[String(step)]!);
    else if (current instanceof z.core.$ZodArray) current = unwrap(current._zod.def.element);
    else if (current instanceof z.core.$ZodRecord) current = unwrap(current._zod.def.valueType);
  }
  return current instanceof z.core.$ZodObject ? Object.keys(current._zod.def.shape) : [];
}

function unwrap(schema: z.core.$ZodType): z.core.$ZodType {
  let current = schema;
  while (current instanceof z.core.$ZodOptional || current instanceof z.core.$ZodDefault) {
    current = current._zod.def.innerType;
  }
  return current;
}
