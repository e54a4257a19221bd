import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeThreads } from '../../harness/comparison/threads.ts';
import type { Plan } from '../../harness/domain/run-files.ts';
import type { PlannedSuite } from '../../harness/domain/suite.ts';
import type { StoredTensor } from '../../harness/domain/tensor.ts';
import { type Compared, compare } from '../../harness/stages/compare.ts';
import type { Delivery } from '../../harness/stages/deliveries.ts';
import { type BlobStore, openBlobStore } from '../../harness/store/blob-store.ts';
import { sampleCapture, samplePlan } from './sample-run.ts';

/** No work twice: shown by what is read and compared, counted. */

let root: string;
let blobs: BlobStore;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-compare-once-'));
  blobs = openBlobStore(root);
});
afterAll(async () => {
  await closeThreads();
  await rm(root, { recursive: true, force: true });
});

/** More than what is held in memory: such answers stay files. */
const LARGE = 300_000;

async function answer(values: Float32Array, shape: readonly number[]): Promise<StoredTensor> {
  return { name: 'logits', dtype: 'float32', shape, ...(await blobs.put(new Uint8Array(values.buffer))) };
}

/** Scores of one sample with three classes. */
const scores = (...values: number[]) => answer(Float32Array.from(values), [1, values.length]);

/** Large answers that differ in their last element. */
async function large(last: number): Promise<StoredTensor> {
  const values = Float32Array.from({ length: LARGE }, (_, i) => Math.sin(i));
  values[LARGE - 1] = last;
  return answer(values, [LARGE]);
}

type Answers = Readonly<Record<string, readonly (readonly StoredTensor[])[]>>;

/** Targets by name with their repeats of each case; one suite, or many alike. */
function run(
  reference: Readonly<Record<string, StoredTensor>>,
  targets: Readonly<Record<string, Answers>>,
  { suites = ['digits'], task = true } = {},
): Promise<Compared> {
  const planned = suites.map((name): PlannedSuite => {
    const cases = Object.keys(reference);
    return {
      ...samplePlan.suites[0]!,
      name,
      cases: cases.map((each) => ({ name: each, inputs: [] })),
      reference: {
        kind: 'golden',
        origin: 'a test',
        cases: cases.map((each) => ({ case: each, outputs: [reference[each]!] })),
      },
      ...(task ? { task: { kind: 'classification', output: 'logits', topK: [1], batchAxis: 0 } } : {}),
    };
  });
  const plan: Plan = { ...samplePlan, suites: planned };
  const deliveries = suites.flatMap((suite) =>
    Object.entries(targets).map(([target, answers]): Delivery => {
      const cases = Object.entries(answers).map(([name, repeats]) => ({ case: name, repeats }));
      return {
        planned: { suite, target, role: 'candidate', optional: false },
        status: 'captured',
        capture: { ...sampleCapture(target), suite, cases },
      };
    }),
  );
  return compare(plan, deliveries, blobs);
}

const thrice = (output: StoredTensor) => [[output], [output], [output]];
const fleet = (count: number, answers: Answers) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`device-${i}/cpu`, answers]));

describe('a fleet costs what its different answers cost', () => {
  test('1,000 targets that agree with the reference cost one comparison', async () => {
    const reference = await scores(1, 2, 10);
    const { statistics, comparisons, equivalence } = await run(
      { one: reference },
      fleet(1000, { one: thrice(reference) }),
    );
    expect(statistics).toEqual({
      pairsAsked: 1000,
      pairsCompared: 1,
      pairsDecided: 1,
      blobsRead: 1,
      bytesRead: 12,
    });
    expect(comparisons.comparisons).toHaveLength(1000);
    expect(equivalence.suites[0]?.overall.map(({ targets }) => targets.length)).toEqual([1000]);
  });

  test('1,000 targets of which every second gives another answer cost two', async () => {
    const [reference, other] = [await scores(1, 2, 10), await scores(1, 12, 10)];
    const agreeing = { one: thrice(reference) };
    const deviating = { one: thrice(other) };
    const targets = Object.fromEntries(
      Array.from({ length: 1000 }, (_, i) => [`device-${i}/cpu`, i % 2 ? deviating : agreeing]),
    );
    const { statistics, comparisons } = await run({ one: reference }, targets);
    expect(statistics).toMatchObject({ pairsAsked: 1000, pairsCompared: 2, pairsDecided: 2, blobsRead: 2 });
    const identical = comparisons.comparisons.map((each) => each.status === 'compared' && each.identical);
    expect(identical.slice(0, 4)).toEqual([true, false, true, false]);
  });

  test('cases and suites that ask for the same pair share it', async () => {
    const [reference, other] = [await scores(1, 2, 10), await scores(1, 3, 10)];
    const { statistics } = await run(
      { one: reference, two: reference },
      fleet(2, { one: thrice(other), two: thrice(other) }),
      { suites: ['digits', 'letters'], task: false },
    );
    expect(statistics).toEqual({
      pairsAsked: 8,
      pairsCompared: 1,
      pairsDecided: 0,
      blobsRead: 2,
      bytesRead: 24,
    });
  });

  test('repeats that differ are read once for noise, elements and decisions together', async () => {
    const [reference, other] = [await scores(1, 2, 10), await scores(1, 3, 10)];
    const { statistics, determinism } = await run(
      { one: reference },
      fleet(50, { one: [[reference], [other], [reference]] }),
    );
    expect(statistics).toMatchObject({ pairsAsked: 100, pairsCompared: 2, blobsRead: 2, bytesRead: 24 });
    expect(determinism.targets.map(({ tensors }) => tensors[0]?.noise_max_abs)).toEqual(
      Array.from({ length: 50 }, () => 1),
    );
  });
});

describe('large answers are compared from their files', () => {
  test('as small ones are, their blobs checked once', async () => {
    const [reference, other] = [await large(1), await large(3.5)];
    const { statistics, comparisons } = await run({ one: reference }, fleet(3, { one: thrice(other) }), {
      task: false,
    });
    expect(statistics).toMatchObject({ pairsCompared: 1, blobsRead: 2, bytesRead: 8 * LARGE });
    expect(comparisons.comparisons[0]).toMatchObject({
      status: 'compared',
      identical: false,
      metrics: { elements: LARGE, max_abs: 2.5 },
      worst: { index: [LARGE - 1], reference: 1, candidate: 3.5 },
      histograms: { error: { zero: LARGE - 1, decades: [[0, 1]] } },
    });
  });

  test.for([
    { what: 'the largest difference of any two', lasts: [1, 4, -2], noise: 6 },
    { what: 'NaN where only some are NaN', lasts: [1, Number.NaN], noise: 'NaN' },
    { what: 'Infinity is no number either', lasts: [1, Number.POSITIVE_INFINITY], noise: 'NaN' },
  ])('noise of large repeats: $what', async ({ lasts, noise }) => {
    const answers = await Promise.all(lasts.map(large));
    const { determinism } = await run(
      { one: answers[0]! },
      fleet(1, { one: answers.map((each) => [each]) }),
      { task: false },
    );
    expect(determinism.targets[0]?.tensors[0]).toMatchObject({
      distinct_outputs: lasts.length,
      noise_max_abs: noise,
    });
  });

  test('a damaged one is its own pair’s trouble', async () => {
    const [reference, good, bad] = [await large(1), await large(2), await large(77)];
    const file = path.join(root, bad.sha256.slice(0, 2), bad.sha256);
    await writeFile(file, new Uint8Array(bad.bytes));
    const { comparisons } = await run(
      { one: reference },
      { 'good/cpu': { one: thrice(good) }, 'bad/cpu': { one: thrice(bad) } },
      { task: false },
    );
    expect(comparisons.comparisons.map(({ target, status }) => [target, status])).toEqual([
      ['good/cpu', 'compared'],
      ['bad/cpu', 'notComparable'],
    ]);
    expect(comparisons.comparisons[1]).toMatchObject({ reason: expect.stringContaining(file) });
  });
});

test('where nothing differs there are no histograms', async () => {
  const [reference, other] = [await scores(1, 2, 10), await scores(1, 2, 10.5)];
  const { comparisons } = await run(
    { one: reference },
    { 'same/cpu': { one: thrice(reference) }, 'other/cpu': { one: thrice(other) } },
  );
  const histograms = comparisons.comparisons.map((each) =>
    'histograms' in each ? each.histograms : undefined,
  );
  expect(histograms).toEqual([
    undefined,
    expect.objectContaining({ error: { zero: 2, decades: [[-1, 1]] } }),
  ]);
});

test('two captures that claim different sizes for one hash do not share an answer', async () => {
  const reference = await scores(1, 2, 10);
  const { comparisons } = await run(
    { one: reference },
    { 'liar/cpu': { one: thrice({ ...reference, bytes: 16 }) }, 'good/cpu': { one: thrice(reference) } },
  );
  expect(comparisons.comparisons.map(({ target, status }) => [target, status])).toEqual([
    ['liar/cpu', 'notComparable'],
    ['good/cpu', 'compared'],
  ]);
});
