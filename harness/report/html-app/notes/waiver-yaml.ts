import type { Matcher } from '../../../domain/budgets.ts';
import type { Acceptance } from './note.ts';

/**
 * What is pasted into a budgets.yml.
 * @param options.heading whether the line `waivers:` comes first: the file must have it once
 */
export function waiversYaml(
  accepted: readonly Acceptance[],
  { heading }: { readonly heading: boolean },
): string {
  const items = accepted.flatMap((each) => each.matches.map((match) => waiver(match, each)));
  return [...(heading ? ['waivers:'] : []), ...items].join('\n').concat('\n');
}

function waiver(match: Matcher, { metrics, limits, reason, owner, expires }: Acceptance): string {
  const bounds = metrics.filter((metric) => limits[metric] !== undefined);
  const lines = [
    `match: ${mapping(Object.entries(match).map(([key, glob]) => [key, scalar(glob)]))}`,
    `metrics: [${metrics.map(scalar).join(', ')}]`,
    ...(bounds.length === 0
      ? []
      : [
          `limits: ${mapping(bounds.map((metric) => [metric, String(limits[metric])]))} # as found; worse is a new finding`,
        ]),
    `reason: ${scalar(reason)}`,
    `owner: ${scalar(owner)}`,
    `expires: ${expires}`,
  ];
  return lines.map((line, index) => `${index === 0 ? '  - ' : '    '}${line}`).join('\n');
}

function mapping(pairs: readonly (readonly [string, string])[]): string {
  return `{${pairs.map(([key, value]) => `${key}: ${value}`).join(', ')}}`;
}

/** Words that YAML 1.1 or 1.2 reads as something else than text. */
const RESERVED = /^(?:y|n|yes|no|on|off|true|false|null)$/i;
const PLAIN = /^[A-Za-z_][A-Za-z0-9_./-]*$/;

/** Plain where YAML leaves no doubt, else double-quoted. */
function scalar(text: string): string {
  if (PLAIN.test(text) && !RESERVED.test(text)) return text;
  // JSON's strings are YAML's (1.2.2, 7.3.1), but a reader must see what else is in them.
  return JSON.stringify(text).replace(UNSEEN, escapeCodePoint);
}

/** Controls, separators, marks of direction and other characters without a shape. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Noncharacter_Code_Point}]/gu;

function escapeCodePoint(character: string): string {
  const hex = character.codePointAt(0)!.toString(16);
  return hex.length > 4 ? `\\U${hex.padStart(8, '0')}` : `\\u${hex.padStart(4, '0')}`;
}
