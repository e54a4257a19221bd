import { UserError } from '../domain/user-error.ts';
import type { YamlFile, YamlPath } from './read-yaml.ts';

/** Variables of the process, as `process.env` has them. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** `${NAME}` or `${NAME:-default}`; `$${` stands for a literal `${`. */
const REFERENCE = /\$(\$?)\{([^}]*)\}/g;
// biome-ignore lint/suspicious/noTemplateCurlyInString: it tells how such a text is written
const SYNTAX = 'write ${NAME} or ${NAME:-default}; write $${ for a literal ${';
const INSIDE = /^([A-Za-z_][A-Za-z0-9_]*)(?::-(.*))?$/s;

/**
 * The same value with every `${NAME}` and `${NAME:-default}` in its texts filled in from `env`. As in a shell, a default also
 * stands in for a variable that is set and empty. Throws E_ENV_UNSET or E_ENV_SYNTAX at the line of the text.
 */
export function interpolate(value: unknown, env: Environment, yaml: YamlFile, path: YamlPath = []): unknown {
  return mapTexts(value, path, (text, at) => fill(text, env, yaml, at));
}

/** True when the text takes something from the environment: then what it becomes may be a secret. */
export function mentionsEnvironment(text: string): boolean {
  return [...text.matchAll(REFERENCE)].some(([, escaped]) => escaped === '');
}

/** What the environment gives to the texts of `value`: it may be secret. Defaults stand in the file and are not. */
export function filledIn(value: unknown, env: Environment): readonly string[] {
  const found = new Set<string>();
  mapTexts(value, [], (text) => {
    for (const [, escaped, inside = ''] of text.matchAll(REFERENCE)) {
      const given = env[INSIDE.exec(inside)?.[1] ?? ''];
      if (escaped === '' && given) found.add(given);
    }
    return text;
  });
  return [...found];
}

function mapTexts(value: unknown, path: YamlPath, change: (text: string, at: YamlPath) => string): unknown {
  if (typeof value === 'string') return change(value, path);
  if (Array.isArray(value)) return value.map((entry, index) => mapTexts(entry, [...path, index], change));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, entry]) => [key, mapTexts(entry, [...path, key], change)]),
  );
}

function fill(text: string, env: Environment, yaml: YamlFile, path: YamlPath): string {
  return text.replace(REFERENCE, (whole, escaped: string, inside: string) => {
    if (escaped === '$') return whole.slice(1);
    const [, name, fallback] = INSIDE.exec(inside) ?? [];
    if (name === undefined) {
      throw new UserError('E_ENV_SYNTAX', `Expected a variable's name in "${whole}".`, {
        place: yaml.placeOf(path),
        remedies: [SYNTAX],
      });
    }
    const set = env[name];
    if (set !== undefined && (set !== '' || fallback === undefined)) return set;
    if (fallback !== undefined) return fallback;
    throw new UserError('E_ENV_UNSET', `The environment variable ${name} is not set.`, {
      place: yaml.placeOf(path),
      remedies: [`set it:  export ${name}=…`, `or give a default:  \${${name}:-…}`],
    });
  });
}
