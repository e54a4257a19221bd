import type { VerdictBody, Verdicts } from '../domain/run-files.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { count } from './format-number.ts';
import { joinWords } from './join-words.ts';
import { pairKey } from './suite-targets.ts';

const REGRESSIONS: ReadonlySet<string> = new Set(['new_divergences', 'worse_metrics']);
const CHANGES: ReadonlySet<string> = new Set([
  ...REGRESSIONS,
  'changed_answers',
  'class_changes',
  'moved_nodes',
]);

/**
 * What the baseline says of a run, in a sentence without a full stop; that nobody approved anything is said too. Every target is
 * counted once, by the worst of it.
 */
export function baselineWords(verdicts: Verdicts): string {
  const regressed = new Set<string>();
  const changed = new Set<string>();
  const better = new Set<string>();
  const without = new Set<string>();
  const held = new Set<string>();
  const spoken = new Map<readonly VerdictBody[], readonly VerdictBody[]>();
  for (const { said, ...pair } of targetVerdicts(verdicts)) {
    const own = spoken.get(said) ?? said.filter(({ metric }) => metric === 'baseline' || CHANGES.has(metric));
    spoken.set(said, own);
    const key = pairKey(pair);
    for (const { metric, status, message } of own) {
      if (metric === 'baseline') {
        without.add(key);
        continue;
      }
      held.add(key);
      if (status === 'PASS') {
        if (message !== undefined) better.add(key);
      } else if (REGRESSIONS.has(metric)) regressed.add(key);
      else changed.add(key);
    }
  }
  if (held.size + without.size === 0) return 'none approved, so nothing is held against an earlier run';
  for (const key of regressed) changed.delete(key);
  for (const key of [...regressed, ...changed]) better.delete(key);
  const part = (keys: ReadonlySet<string>, words: string) =>
    keys.size === 0 ? [] : [`${keys.size} ${words}`];
  const told = [
    ...part(regressed, 'regressed'),
    ...part(changed, 'changed'),
    ...part(better, 'improved'),
    ...part(new Set([...without].filter((key) => !held.has(key))), 'without a baseline to hold against'),
  ];
  const all = new Set([...held, ...without]).size;
  const of = count(all, 'target');
  if (told.length === 0) return `${of} ${all === 1 ? 'answers' : 'answer'} as approved`;
  return `of ${of}, ${joinWords(told)}`;
}
