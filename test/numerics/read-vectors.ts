import { readFileSync } from 'node:fs';

/** Vectors that `vectors/make_vectors.py` wrote, one JSON object a line. */
export function readVectors<Vector>(name: 'decode' | 'metrics' | 'top-k'): readonly Vector[] {
  const text = readFileSync(new URL(`vectors/${name}.ndjson`, import.meta.url), 'utf8');
  return text
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Vector);
}
