import { distance } from 'fastest-levenshtein';

/**
 * The candidate that a misspelt name most likely meant, or undefined when none is near. Near is: up to two in five letters
 * differ, the same letters stand in another order, or one name holds the other. Case does not count.
 */
export function nearestName(name: string, candidates: readonly string[]): string | undefined {
  let nearest: string | undefined;
  let nearestDistance = Number.POSITIVE_INFINITY;
  for (const candidate of candidates) {
    const edits = distance(name.toLowerCase(), candidate.toLowerCase());
    if (edits >= nearestDistance || !isNear(name.toLowerCase(), candidate.toLowerCase(), edits)) continue;
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

function isNear(name: string, candidate: string, edits: number): boolean {
  const shorter = Math.min(name.length, candidate.length);
  if (shorter >= 3 && (candidate.includes(name) || name.includes(candidate))) return true;
  if ([...name].sort().join('') === [...candidate].sort().join('')) return true;
  const length = Math.max(name.length, candidate.length);
  return edits <= (length < 4 ? 1 : Math.max(2, Math.floor(length * 0.4)));
}
