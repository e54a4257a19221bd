import { expect, test } from 'vitest';
import {
  ENVIRONMENT_FACTS,
  type EnvironmentFact,
  type Facts,
  type TargetStep,
} from '../../../harness/domain/history.ts';
import type { Status } from '../../../harness/domain/run-files.ts';
import { attributionWords } from '../../../harness/report/attribution-words.ts';
import { attribute, phiCoefficient } from '../../../harness/stages/history/attribute.ts';
import PHI from './vectors/phi.json' with { type: 'json' };

const NO_FACTS = Object.fromEntries(ENVIRONMENT_FACTS.map((fact) => [fact, ''])) as Facts;

type Change = Partial<Record<EnvironmentFact, readonly [from: string, to: string]>>;

interface Planted {
  readonly name: string;
  readonly suite?: string;
  readonly moved?: boolean;
  readonly changed?: Change;
  readonly reference?: Change;
  readonly status?: readonly [Status, Status];
  readonly isNew?: boolean;
  readonly isLost?: boolean;
}

function stepOf({ name, suite = 's', moved, changed = {}, reference = {}, ...rest }: Planted): TargetStep {
  const { status = ['PASS', 'PASS'], isNew, isLost } = rest;
  const facts = (change: Change, side: 0 | 1): Facts => ({
    ...NO_FACTS,
    ...Object.fromEntries(Object.entries(change).map(([fact, values]) => [fact, values[side]])),
  });
  const observed = (run: string, side: 0 | 1) => ({
    run,
    status: status[side],
    environment: facts(changed, side),
    reference: facts(reference, side),
    answers: { y: moved && side === 1 ? 'other' : 'same' },
  });
  const now = observed('tonight', 1);
  return {
    suite,
    target: name,
    before: isNew ? null : observed('last', 0),
    now: isLost ? { ...now, environment: null, answers: {} } : now,
  };
}

const fleet = (count: number, each: (n: number) => Omit<Planted, 'name'>): Planted[] =>
  Array.from({ length: count }, (_, n) => ({ name: `t${n}/cpu`, ...each(n) }));

const RUNTIME: Change = { runtime: ['onnxruntime-node 1.29', 'onnxruntime-node 1.30'] };
const DRIVER: Change = { driver: ['soc 1', 'soc 2'] };
const OPTIONS: Change = { options: ['{"optimization":"all"}', '{"optimization":"disabled"}'] };

/** What each planted cause must be told as: facts, moved and changed, moved, not moved and changed, not moved. */
type Told = readonly [
  facts: string,
  movedChanged: number,
  moved: number,
  unmovedChanged: number,
  unmoved: number,
];

const CASES: readonly { why: string; fleet: readonly Planted[]; told: readonly Told[] }[] = [
  {
    why: 'a driver update on one SoC',
    fleet: fleet(4, (n) => (n === 0 ? { moved: true, changed: DRIVER } : {})),
    told: [['driver', 1, 1, 0, 3]],
  },
  {
    why: 'a runtime on nine of twelve',
    fleet: fleet(12, (n) => (n < 9 ? { moved: true, changed: RUNTIME } : {})),
    told: [['runtime', 9, 9, 0, 3]],
  },
  {
    why: 'a runtime everywhere, and some did not mind: it splits nothing',
    fleet: fleet(4, (n) => ({ moved: n < 2, changed: RUNTIME })),
    told: [['runtime', 2, 2, 2, 2]],
  },
  {
    why: 'everything moved and changed two facts: they cannot be told apart',
    fleet: fleet(3, () => ({ moved: true, changed: { ...RUNTIME, ...DRIVER } })),
    told: [['runtime+driver', 3, 3, 0, 0]],
  },
  {
    why: 'a model of one suite',
    fleet: [
      ...fleet(2, () => ({ suite: 'a', moved: true, changed: { model: ['m1', 'm2'] } })),
      ...fleet(2, () => ({ suite: 'b' })),
    ],
    told: [['model', 2, 2, 0, 2]],
  },
  {
    why: 'models of two suites, of which one moved: each step is its own',
    fleet: [
      ...fleet(2, () => ({ suite: 'a', moved: true, changed: { model: ['m1', 'm2'] } })),
      ...fleet(2, () => ({ suite: 'b', changed: { model: ['k1', 'k2'] } })),
    ],
    told: [['model', 2, 2, 0, 2]],
  },
  {
    why: 'an operating system, each device its own step: the fact as a whole',
    fleet: fleet(4, (n) => (n < 3 ? { moved: true, changed: { os: [`os ${n}`, `os ${n}.1`] } } : {})),
    told: [['os', 3, 3, 0, 1]],
  },
  {
    why: 'an option on one delegate, and a harness everywhere',
    fleet: fleet(4, (n) => ({
      moved: n === 2,
      changed: { harness: ['0.1', '0.2'], ...(n === 2 ? OPTIONS : {}) },
    })),
    told: [
      ['options', 1, 1, 0, 3],
      ['harness', 1, 1, 3, 3],
    ],
  },
  {
    why: 'two at once, the one that touched more first',
    fleet: fleet(8, (n) => {
      if (n < 3) return { moved: true, changed: RUNTIME };
      return n === 3 ? { moved: true, changed: OPTIONS } : {};
    }),
    told: [
      ['runtime', 3, 4, 0, 4],
      ['options', 1, 4, 0, 4],
    ],
  },
  {
    why: 'a better split before one that also touched those that stayed',
    fleet: fleet(6, (n) => ({
      moved: n < 2,
      changed: { ...(n < 2 ? DRIVER : {}), ...(n < 4 ? RUNTIME : {}) },
    })),
    told: [
      ['driver', 2, 2, 0, 4],
      ['runtime', 2, 2, 2, 4],
    ],
  },
  {
    why: "the reference's runtime moves every target of its suite",
    fleet: [
      ...fleet(2, () => ({ suite: 'a', moved: true, reference: RUNTIME })),
      ...fleet(2, () => ({ suite: 'b' })),
    ],
    told: [['reference runtime', 2, 2, 0, 2]],
  },
  {
    why: 'what changed only where nothing moved is no cause',
    fleet: fleet(4, (n) => (n === 0 ? { moved: true } : { changed: DRIVER })),
    told: [],
  },
  { why: 'nothing changed and nothing moved', fleet: fleet(4, () => ({})), told: [] },
];

test.for(CASES)('$why', ({ fleet: planted, told }) => {
  const { causes } = attribute('tonight', planted.map(stepOf));
  const found = causes.map(({ changes, movedChanged, movedTotal, unmovedChanged, unmovedTotal }) => [
    changes.map(({ of, fact }) => (of === 'reference' ? `reference ${fact}` : fact)).join('+'),
    movedChanged,
    movedTotal,
    unmovedChanged,
    unmovedTotal,
  ]);
  expect(found).toEqual(told);
});

test.for(PHI)('phi of $table', ({ table: [a, b, c, d], phi }) => {
  expect(phiCoefficient(a!, b!, c!, d!)).toBeCloseTo(phi, 12);
});

test('a change on every target has no phi: nothing is left to compare with', () => {
  const everywhere = attribute('tonight', fleet(4, (n) => ({ moved: n < 2, changed: RUNTIME })).map(stepOf));
  expect(everywhere.causes.map(({ phi }) => phi)).toEqual([null]);
  expect(attributionWords(everywhere).join('\n')).toContain('no target is left to tell');
});

test('a flaky target, a new one and a lost one are told as such', () => {
  const planted: Planted[] = [
    { name: 'flaky/cpu', moved: true },
    { name: 'new/cpu', isNew: true },
    { name: 'lost/cpu', isLost: true },
    { name: 'quiet/cpu' },
  ];
  const attribution = attribute('tonight', planted.map(stepOf));
  expect(attribution).toMatchObject({
    moved: [{ target: 'flaky/cpu', by: 'answer', tensors: ['y'], before: 'last' }],
    unmoved: 1,
    unexplained: [{ target: 'flaky/cpu' }],
    fresh: [{ target: 'new/cpu' }],
    lost: [{ target: 'lost/cpu' }],
    causes: [],
  });
  expect(attributionWords(attribution)).toEqual([
    '1 of 2 targets moved in tonight.',
    'Nothing that is recorded changed on flaky/cpu (s): an answer that changes by itself, or a change that nobody recorded.',
    'First night of new/cpu (s).',
    'No capture tonight of lost/cpu (s).',
  ]);
});

test('a worse verdict on the same bytes moved, and a better one did not', () => {
  const planted: Planted[] = [
    { name: 'worse/cpu', status: ['PASS', 'FAIL'] },
    { name: 'better/cpu', status: ['FAIL', 'PASS'] },
  ];
  const { moved, unmoved } = attribute('tonight', planted.map(stepOf));
  expect(moved).toMatchObject([
    { target: 'worse/cpu', by: 'status', statusBefore: 'PASS', statusNow: 'FAIL' },
  ]);
  expect(unmoved).toBe(1);
});

test('in words: what changed, from what to what, and on how many that did not move', () => {
  const runtime = fleet(12, (n) => (n < 9 ? { moved: true, changed: RUNTIME } : {}));
  expect(attributionWords(attribute('tonight', runtime.map(stepOf)))).toEqual([
    '9 of 12 targets moved in tonight.',
    '9 of 9 targets that moved changed runtime onnxruntime-node 1.29 → onnxruntime-node 1.30; 0 of 3 that did not.',
  ]);
  const option = fleet(2, (n) => (n === 0 ? { moved: true, changed: { ...OPTIONS, ...DRIVER } } : {}));
  expect(attributionWords(attribute('tonight', option.map(stepOf)))[1]).toBe(
    '1 of 1 target that moved changed options: optimization "all" → "disabled" and driver soc 1 → soc 2; ' +
      '0 of 1 that did not. They changed together: no target tells them apart.',
  );
});
