import { count } from './format-number.ts';
import type { ReportInput } from './report-input.ts';

/** Targets named before the rest is counted. */
const MOST_TARGETS = 4;

/**
 * Who ran nodes elsewhere than asked, within budget or not; undefined when nobody did.
 * @param name writes a target's name as the report wants it
 */
export function fallbackWords(
  placement: ReportInput['placement'],
  name: (target: string) => string,
): string | undefined {
  const fallen = (placement?.suites ?? []).flatMap(({ targets }) =>
    targets.filter(({ fallbacks }) => typeof fallbacks === 'number' && fallbacks > 0),
  );
  if (fallen.length === 0) return undefined;
  const shown = fallen.slice(0, MOST_TARGETS).map(({ target, fallbacks, providers }) => {
    const nodes = Object.values(providers).reduce((sum, each) => sum + each, 0);
    return `${name(target)} ${fallbacks} of ${count(nodes, 'node')}`;
  });
  const rest = fallen.length - shown.length;
  return `ran elsewhere than asked: ${shown.join(', ')}${rest > 0 ? ` and ${count(rest, 'more target')}` : ''}`;
}
