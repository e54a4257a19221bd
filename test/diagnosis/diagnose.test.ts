import { describe, expect, test } from 'vitest';
import { diagnose } from '../../harness/diagnosis/diagnose.ts';
import { bytes, evidence, GRID, seen } from './made-evidence.ts';
import { INNOCENT, SCENARIOS } from './scenarios.ts';

const SEEDS = [1, 2, 3, 4];

/** What device rounding is, and what no reader must act on. */
const HARMLESS = ['unknown', 'requantization-rounding'];

describe('the cause that is named first', () => {
  test.for(SCENARIOS.flatMap((scenario) => SEEDS.map((seed) => [scenario.name, seed, scenario] as const)))(
    '%s, seed %i',
    ([, seed, { make, cause }]) => {
      const findings = diagnose(make(seed));
      expect(findings[0]!.cause, JSON.stringify(findings, null, 1)).toBe(cause);
      const confidences = findings.map(({ confidence }) => confidence);
      expect(confidences).toEqual([...confidences].sort((left, right) => right - left));
    },
  );
});

describe('nobody is accused', () => {
  test.for(INNOCENT.flatMap((scenario) => SEEDS.map((seed) => [scenario.name, seed, scenario] as const)))(
    '%s, seed %i',
    ([, seed, { make, cause }]) => {
      const findings = diagnose(make(seed));
      expect(findings.map((found) => found.cause)).toEqual([cause]);
      expect(HARMLESS).toContain(cause);
    },
  );
});

test('every finding says how much differs, where, and what to do', () => {
  for (const { make } of [...SCENARIOS, ...INNOCENT]) {
    for (const found of diagnose(make(1))) {
      expect(found.evidence[0]).toMatch(/ elements differ/);
      expect(found.node).toBe('conv1');
      expect(found.title).not.toBe('');
      expect(found.remedy).toMatch(/\.$/);
      expect(found.background).toBe(`docs/causes/${found.cause}.md`);
    }
  }
});

test('a step at a fused Add is said of the Add alone', () => {
  const { make } = SCENARIOS.find(({ cause }) => cause === 'integer-add-order')!;
  expect(diagnose(make(1)).map(({ cause }) => cause)).toEqual(['integer-add-order']);
});

test('the sentences hold the numbers', () => {
  const reference = [10, 20, 30, 40, 50, 60, 70, 80];
  const candidate = [10, 18, 30, 44, 46, 60, 70, 80];
  const [first] = diagnose(evidence({ samples: [bytes([2, 4], reference, candidate)] }));
  expect(first!.evidence[0]).toBe(
    '3 of 8 elements differ, by up to 4 steps; 67 % of the errors are negative.',
  );
});

test('ties are told by where they go', () => {
  const reference = [128, 126, 130, 140, 120, 110, 131, 133];
  const candidate = [129, 125, 131, 141, 119, 109, 131, 133];
  const [first] = diagnose(evidence({ samples: [bytes([2, 4], reference, candidate)] }));
  expect(first!.title).toBe('Ties are rounded away from zero, not to even');
});

test('a float tensor on a known grid counts in steps', () => {
  const grid = { ...GRID, zeroPoint: [128] };
  const reference = seen(
    'float32',
    [2, 4],
    [1, 2, 3, 4, 5, 6, 7, 8].map((steps) => steps / 16),
    grid,
  );
  const candidate = seen(
    'float32',
    [2, 4],
    [2, 3, 4, 5, 6, 7, 8, 9].map((steps) => steps / 16),
    grid,
  );
  const [first] = diagnose(evidence({ samples: [{ case: 'case-0', inputs: [], reference, candidate }] }));
  expect([first!.cause, first!.title]).toEqual(['wrong-zero-point', 'Everything is 1 step too high']);
});
