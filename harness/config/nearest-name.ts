import { distance } from 'fastest-levenshtein';

/**
 * The candidate that a misspelt name most likely meant, or undefined when none is near: at most a third of the
 * longer name's letters may differ, and two always may in names of four letters and more.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const length = Math.max(name.length, candidate.length);
    const allowed = length < 4 ? 1 : Math.max(2, Math.floor(length / 3));
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits > allowed || edits >= nearestDistance) continue;
    nearest = candidate;
    nearestDistance = edits;
  }
  return nearest;
}

/** The remedy line for a misspelt name: none when no candidate is near. */
export function didYouMean(name: string, candidates: readonly string[]): string[] {
  const nearest = nearestName(name, candidates);
  return nearest === undefined ? [] : [`Did you mean "${nearest}"?`];
}

/** `"a", "b", "c"`; long lists are cut with a count of what was left out. */
export function quoteNames(names: readonly string[], most = 12): string {
  const shown = names.slice(0, most).map((name) => `"${name}"`);
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
