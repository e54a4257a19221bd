import { expect, test } from 'vitest';
import { withTaps } from '../../harness/agents/tap-model.ts';
import { UserError } from '../../harness/domain/user-error.ts';
import { cutGraph } from '../../harness/onnx/graph-cut.ts';
import { replayModel } from '../../harness/onnx/replay-model.ts';
import { ODD_MODELS } from './odd-models.ts';
import { DIGITS_MODELS } from './run-model.ts';

const MODELS = [...Object.entries(ODD_MODELS), DIGITS_MODELS.find(([name]) => name === 'digits.qop.onnx')!];

/** Mulberry32: the same damage in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function damaged(bytes: Uint8Array, random: () => number): Uint8Array {
  const made = Uint8Array.from(bytes);
  const at = () => Math.floor(random() * made.length);
  if (random() < 0.3) return made.subarray(0, at());
  for (let left = 1 + Math.floor(random() * 4); left > 0; left--) made[at()] = Math.floor(random() * 256);
  return made;
}

test.for(MODELS)('%s, damaged in 200 ways: a model or a reason, and never anything else', ([name, bytes]) => {
  const random = randomFrom(name.length);
  let refused = 0;
  for (let round = 0; round < 200; round++) {
    const input = damaged(bytes, random);
    try {
      const { islands, factsOf, quantizationOf } = cutGraph(input, name);
      replayModel(input, name, islands, () => ({ dtype: 'float32', shape: [2, 2] }));
      for (const island of islands) {
        factsOf(island);
        for (const output of island.outputs) quantizationOf(output);
      }
    } catch (error) {
      expect(error).toBeInstanceOf(UserError);
      refused += 1;
    }
    try {
      withTaps(input, ['tap']);
    } catch (error) {
      expect((error as Error).message).toMatch(/no ONNX model, or they are damaged/);
    }
  }
  expect(refused).toBeGreaterThan(0);
});
