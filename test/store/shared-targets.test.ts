import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import type { ComparisonBody, Determinism } from '../../harness/domain/run-files.ts';
import { countComparisons, targetComparisons } from '../../harness/domain/target-comparisons.ts';
import { targetVerdicts } from '../../harness/domain/target-verdicts.ts';
import { verdictId } from '../../harness/domain/verdict-id.ts';
import { verdictsByTarget } from '../../harness/domain/verdicts-by-target.ts';
import { stateVerdict } from '../../harness/stages/judge/verdict.ts';
import { jsonSchemaOf } from '../../harness/store/json-schemas.ts';
import { SCHEMAS } from '../../harness/store/schemas.ts';
import { comparisonsFile, determinismFile, verdictsFile } from '../../harness/store/shared-files.ts';
import { largeRun } from '../report/large-run.ts';

/** 5 % of what the targets answered differs from the reference, in one of three ways. */
const { comparisons, verdicts: judged } = largeRun({
  targets: 300,
  tensors: 40,
  diverging: 0.05,
  answers: 3,
});
const verdicts = verdictsByTarget(judged, targetVerdicts(judged));

const determinism: Determinism = {
  schemaVersion: 1,
  kind: 'determinism',
  targets: Array.from({ length: 300 }, (_, n) => ({
    suite: 's',
    target: `device-${n}/cpu`,
    repeats: 3,
    tensors: Array.from({ length: 40 }, (_, t) => ({
      tensor: `t${t}`,
      distinct_outputs: n % 50 === 7 ? 2 : 1,
      cases: n % 50 === 7 ? ['c'] : [],
      noise_max_abs: n % 50 === 7 ? 0.5 : 0,
    })),
  })),
};

const throughFile = (file: object): unknown => JSON.parse(JSON.stringify(file));
const size = (file: object): number => JSON.stringify(file).length;

test('comparisons of a large fleet come back as they were written, in their order', () => {
  const file = comparisonsFile(comparisons);
  expect(SCHEMAS.comparisons.parse(throughFile(file))).toEqual(throughFile(comparisons));
  expect(size(file)).toBeLessThan(size(comparisons) / 10);
});

test('verdicts of a large fleet come back with their ids, a target after another and each in its order', () => {
  const file = verdictsFile(verdicts);
  const back = SCHEMAS.verdicts.parse(throughFile(file));
  expect(back).toEqual(throughFile(verdicts));
  expect({ ...back.verdicts[0] }.id).toBe(verdictId(back.verdicts[0]!));
  expect(size(file)).toBeLessThan(size(verdicts) / 10);
});

test('determinism of a large fleet comes back as it was written', () => {
  const file = determinismFile(determinism);
  expect(SCHEMAS.determinism.parse(throughFile(file))).toEqual(determinism);
  expect(size(file)).toBeLessThan(size(determinism) / 10);
});

test('what several targets share is held once', () => {
  const back = SCHEMAS.comparisons.parse(throughFile(comparisonsFile(comparisons)));
  const lists = targetComparisons(back).map(({ measured }) => measured);
  const different = (values: readonly object[]) => new Set(values.map((value) => JSON.stringify(value))).size;
  expect(new Set(lists).size).toBe(different(lists));
  expect(new Set(lists).size).toBeLessThan(lists.length);
  expect(new Set(lists.flat()).size).toBe(different(lists.flat()));
  const isSame = (each: ComparisonBody) => each.status === 'compared' && each.identical;
  expect(countComparisons(back)).toBe(comparisons.comparisons.length);
  expect(countComparisons(back, isSame)).toBe(comparisons.comparisons.filter(isSame).length);
});

test('a further target that agrees costs its name', () => {
  const more = comparisons.comparisons.flatMap((each) =>
    each.target === comparisons.comparisons[0]!.target ? [each, { ...each, target: 'one-more/cpu' }] : [each],
  );
  const grown =
    size(comparisonsFile({ ...comparisons, comparisons: more })) - size(comparisonsFile(comparisons));
  expect(grown).toBeLessThan(50 * '"one-more/cpu",'.length);
});

test('a small run is written a target an entry', () => {
  const few = { ...comparisons, comparisons: comparisons.comparisons.slice(0, 100) };
  expect(comparisonsFile(few)).toEqual(few);
});

test('the JSON Schemas know both forms', () => {
  for (const [kind, file] of [
    ['comparisons', comparisonsFile(comparisons)],
    ['verdicts', verdictsFile(verdicts)],
    ['determinism', determinismFile(determinism)],
  ] as const) {
    const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(jsonSchemaOf(kind));
    expect(validate(throughFile(file)), JSON.stringify(validate.errors)).toBe(true);
  }
});

interface SharedFile {
  readonly targetSets: string[][];
  readonly comparisons: { target?: string; targets?: number }[];
}

test.for<readonly [string, (file: SharedFile) => void]>([
  ['a set that is not there', ({ comparisons: [first] }) => Object.assign(first!, { targets: 9999 })],
  ['neither target nor targets', ({ comparisons: [first] }) => delete first!.targets],
  ['both', ({ comparisons: [first], targetSets: [all] }) => Object.assign(first!, { target: all![0] })],
  ['a target that the first set lacks', ({ targetSets: [, set] }) => set!.push('nobody/cpu')],
  ['a target twice in a set', ({ targetSets: [, set] }) => set!.push(set![0]!)],
])('refused: %s', ([, damage]) => {
  const file = throughFile(comparisonsFile(comparisons)) as SharedFile;
  damage(file);
  expect(SCHEMAS.comparisons.safeParse(file).success).toBe(false);
});

test("the id that is not written is judge's", () => {
  const subject = { suite: 's', case: '*', target: 'd/cpu', tensor: 't', metric: 'max_abs' };
  expect(verdictId(subject)).toBe(stateVerdict(subject, 'PASS', '', '').id);
});
