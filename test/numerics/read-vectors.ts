import { readFileSync } from 'node:fs';

/** Vectors that a script in `vectors/` wrote, one JSON object a line. */
export function readVectors<Vector>(
  name: 'decode' | 'divergence' | 'metrics' | 'sums' | 'top-k',
): readonly Vector[] {
  const text = readFileSync(new URL(`vectors/${name}.ndjson`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);
}
