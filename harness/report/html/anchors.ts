import { pairKey } from '../suite-targets.ts';

/** Gives every suite × target an id of its own that is safe in a URL and reads well: `haswell-cpu`. */
export function anchorsOf(
  pairs: readonly { readonly suite: string; readonly target: string }[],
): (pair: { readonly suite: string; readonly target: string }) => string {
  const severalSuites = new Set(pairs.map((pair) => pair.suite)).size > 1;
  const taken = new Set<string>();
  const anchors = new Map<string, string>();
  for (const pair of pairs) {
    const base = `t-${slug(severalSuites ? `${pair.suite}-${pair.target}` : pair.target)}`;
    let anchor = base;
    for (let n = 2; taken.has(anchor); n++) anchor = `${base}-${n}`;
    taken.add(anchor);
    anchors.set(pairKey(pair), anchor);
  }
  return (pair) => anchors.get(pairKey(pair)) ?? '';
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 60);
}
