import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ClassPairComparison, Plan } from '../../harness/domain/run-files.ts';
import type { PlannedSuite } from '../../harness/domain/suite.ts';
import type { StoredTensor } from '../../harness/domain/tensor.ts';
import { type Compared, compare } from '../../harness/stages/compare.ts';
import type { Delivery } from '../../harness/stages/deliveries.ts';
import { type BlobStore, openBlobStore } from '../../harness/store/blob-store.ts';
import { SCHEMAS } from '../../harness/store/schemas.ts';
import { sampleCapture, samplePlan } from './sample-run.ts';

let root: string;
let blobs: BlobStore;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-classes-'));
  blobs = openBlobStore(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Scores of one sample with three classes. */
async function scores(...values: number[]): Promise<StoredTensor> {
  const bytes = new Uint8Array(Float32Array.from(values).buffer);
  return { name: 'logits', dtype: 'float32', shape: [1, values.length], ...(await blobs.put(bytes)) };
}

/** Per case the answers of all repeats, one output each. */
type Answers = Readonly<Record<string, readonly StoredTensor[]>>;

interface Options {
  readonly suites?: readonly string[];
  readonly suite?: Partial<PlannedSuite>;
}

/** @param targets what each answers; the reference is that of the golden */
function run(
  golden: Readonly<Record<string, StoredTensor>>,
  targets: Readonly<Record<string, Answers>>,
  { suites = ['digits'], suite = {} }: Options = {},
): Promise<Compared> {
  const cases = Object.keys(golden);
  const plan: Plan = {
    ...samplePlan,
    suites: suites.map((name) => ({
      ...samplePlan.suites[0]!,
      name,
      cases: cases.map((each) => ({ name: each, inputs: [] })),
      reference: {
        kind: 'golden',
        origin: 'a test',
        cases: cases.map((each) => ({ case: each, outputs: [golden[each]!] })),
      },
      ...suite,
    })),
  };
  const deliveries = suites.flatMap((name) =>
    Object.entries(targets).map(([target, answers]): Delivery => {
      const captured = Object.entries(answers).map(([each, repeats]) => ({
        case: each,
        repeats: repeats.map((output) => [output]),
      }));
      return {
        planned: { suite: name, target, role: 'candidate', optional: false },
        status: 'captured',
        capture: { ...sampleCapture(target), suite: name, cases: captured },
      };
    }),
  );
  return compare(plan, deliveries, blobs);
}

const named = ({ reference, candidate }: ClassPairComparison) => `${reference.id}${candidate.id}`;
const errors = ({ comparisons }: ClassPairComparison) =>
  comparisons.map((each) => (each.status === 'compared' ? each.metrics.max_abs : each.reason));

/** A fleet of `sizes.length` classes: `sizes[k]` targets whose scores are k + 1 above the reference's. */
async function fleet(sizes: readonly number[], cases: readonly string[]) {
  const entries = sizes.flatMap((size, k) =>
    Array.from({ length: size }, async (_, i) => {
      const answer = await scores(k + 2, 2, 3);
      return [`device-${k}-${i}/cpu`, Object.fromEntries(cases.map((name) => [name, [answer]]))] as const;
    }),
  );
  const reference = await scores(1, 2, 3);
  return {
    golden: Object.fromEntries(cases.map((name) => [name, reference])),
    targets: Object.fromEntries(await Promise.all(entries)),
  };
}

test('classes that differ from the reference are compared with each other, in every case', async () => {
  const golden = { one: await scores(1, 2, 10), two: await scores(4, 5, 6) };
  const [near, far] = [await scores(1, 2, 11), await scores(1, 9, 10)];
  const { classPairs, equivalence } = await run(golden, {
    'agrees/cpu': { one: [golden.one], two: [golden.two] },
    'near/cpu': { one: [near], two: [golden.two] },
    'near/gpu': { one: [near], two: [golden.two] },
    'far/cpu': { one: [far], two: [await scores(4, 5, 8)] },
  });
  expect(equivalence.suites[0]?.tensors[0]?.classes).toMatchObject([
    { id: 'A', targets: ['near/cpu', 'near/gpu'] },
    { id: 'B', reference: true },
    { id: 'C', targets: ['far/cpu'] },
  ]);
  expect(SCHEMAS['class-pairs'].parse(classPairs)).toEqual(classPairs);
  expect(classPairs.leftOut).toEqual([]);
  expect(classPairs.pairs.map(named)).toEqual(['AC']);
  const [pair] = classPairs.pairs;
  expect(pair?.comparisons).toMatchObject([
    {
      case: 'one',
      identical: false,
      digest: { reference: near.sha256, candidate: far.sha256 },
      metrics: { max_abs: 7, mismatch_fraction: 2 / 3 },
      worst: { index: [0, 1], reference: 2, candidate: 9 },
    },
    { case: 'two', identical: false, metrics: { max_abs: 2 } },
  ]);
});

test('answers that change between the two are decisions, by the task of the suite', async () => {
  const golden = { one: await scores(1, 2, 10) };
  const { classPairs } = await run(
    golden,
    { 'a/cpu': { one: [await scores(1, 2, 11)] }, 'b/cpu': { one: [await scores(1, 12, 10)] } },
    { suite: { task: { kind: 'classification', output: 'logits', topK: [1], batchAxis: 0 } } },
  );
  expect(classPairs.pairs[0]?.comparisons).toMatchObject([
    {
      decisions: {
        flips: 1,
        flipped: [{ sample: 'one#0', reference: { class: 2 }, candidate: { class: 1 } }],
      },
    },
  ]);
});

test('of two classes the steady one takes the place of the reference, whichever is larger', async () => {
  const golden = { one: await scores(1, 2, 3) };
  const { classPairs } = await run(golden, {
    'a/cpu': { one: [await scores(2, 2, 3), await scores(9, 2, 3)] },
    'b/cpu': { one: [await scores(2, 2, 3), await scores(2, 2, 3)] },
  });
  const [pair] = classPairs.pairs;
  expect(pair!.comparisons).toMatchObject([{ identical: false }]);
  expect(classPairs.pairs.map(errors)).toEqual([[7]]);
});

test('two classes of several answers each are not told apart by one of them: their pair is left out, and counted', async () => {
  const golden = { one: await scores(1, 2, 3) };
  const { classPairs } = await run(golden, {
    'a/cpu': { one: [await scores(2, 2, 3), await scores(9, 2, 3)] },
    'b/cpu': { one: [await scores(3, 2, 3), await scores(6, 2, 3)] },
  });
  expect(classPairs.pairs).toEqual([]);
  expect(classPairs.leftOut).toMatchObject([{ pairs: 1 }]);
});

test('a damaged answer costs its own pairs, not the run', async () => {
  const golden = { one: await scores(1, 2, 3) };
  const damaged = await scores(7, 7, 7);
  const { sha256 } = damaged;
  await writeFile(path.join(root, sha256.slice(0, 2), sha256), 'not what it was');
  const { classPairs } = await run(golden, {
    'a/cpu': { one: [await scores(2, 2, 3)] },
    'b/cpu': { one: [await scores(3, 2, 3)] },
    'c/cpu': { one: [damaged] },
  });
  expect(classPairs.pairs.map(named)).toEqual(['AB', 'AC', 'BC']);
  expect(errors(classPairs.pairs[0]!)).toEqual([1]);
  expect(classPairs.pairs.slice(1).flatMap(errors)).toEqual(
    Array(2).fill(expect.stringContaining('found 15 that do not')),
  );
});

describe('what a run does not compare is counted', () => {
  test('eight classes of a tensor at most, those with most targets', async () => {
    const sizes = [1, 2, 1, 1, 1, 1, 1, 1, 1, 3];
    const { golden, targets } = await fleet(sizes, ['one']);
    const { classPairs } = await run(golden, targets);
    // 10 classes make 45 pairs, 8 of them 28.
    expect(classPairs.pairs).toHaveLength(28);
    expect(classPairs.leftOut).toEqual([{ suite: 'digits', tensor: 'logits', pairs: 17 }]);
    // A: 3 targets, 10 above the reference; B: 2 targets, 2 above; C: 1 above.
    expect(classPairs.pairs.slice(0, 2).map(errors)).toEqual([[8], [9]]);
    expect(new Set(classPairs.pairs.flatMap(({ candidate }) => candidate.id))).not.toContain('I');
  });

  test('200 comparisons of a run at most, those that stand for most pairs of targets', async () => {
    const cases = Array.from({ length: 60 }, (_, i) => `case-${i}`);
    const { golden, targets } = await fleet([3, 2, 1], cases);
    const { classPairs } = await run(golden, targets, { suites: ['first', 'second'] });
    const found = classPairs.pairs.map((pair) => `${pair.suite} ${named(pair)} ${pair.comparisons.length}`);
    // A×B stand for 6 pairs of targets in each suite, A×C for 3, B×C for 2; three of 60 cases fit.
    expect(found).toEqual(['first AB 60', 'first AC 60', 'second AB 60']);
    expect(classPairs.leftOut).toEqual([
      { suite: 'first', tensor: 'logits', pairs: 1 },
      { suite: 'second', tensor: 'logits', pairs: 2 },
    ]);
  });

  test('a suite of more cases has no pairs, for some cases are not all', async () => {
    const cases = Array.from({ length: 201 }, (_, i) => `case-${i}`);
    const { golden, targets } = await fleet([1, 1], cases);
    const { classPairs } = await run(golden, targets);
    expect(classPairs).toMatchObject({ pairs: [], leftOut: [{ pairs: 1 }] });
  });

  test('answers of a gigabyte and more are not read again', async () => {
    const golden = { one: await scores(1, 2, 3) };
    const large = (value: number): Promise<StoredTensor> =>
      scores(value, 2, 3).then((stored) => ({ ...stored, bytes: 2 ** 29 + 1 }));
    const { classPairs } = await run(golden, {
      'a/cpu': { one: [await large(5)] },
      'b/cpu': { one: [await large(6)] },
    });
    expect(classPairs).toMatchObject({ pairs: [], leftOut: [{ pairs: 1 }] });
  });

  test('where all agree with the reference, there is nothing', async () => {
    const golden = { one: await scores(1, 2, 3) };
    const { classPairs } = await run(golden, { 'a/cpu': { one: [golden.one] } });
    expect(classPairs).toMatchObject({ pairs: [], leftOut: [] });
  });
});
