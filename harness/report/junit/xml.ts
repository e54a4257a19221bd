import { escapeXml, visible } from '../escape.ts';

export type Outcome = 'passed' | 'failure' | 'error' | 'skipped';

/** Consumers fold over these counts, so they are counted from the tests themselves. */
export function totals(outcomes: readonly Outcome[]): string {
  const having = (outcome: Outcome) =>
    outcomes.reduce((count, each) => (each === outcome ? count + 1 : count), 0);
  return ` tests="${outcomes.length}" failures="${having('failure')}" errors="${having('error')}" skipped="${having('skipped')}"`;
}

export function attribute(text: string): string {
  return escapeXml(visible(text));
}
