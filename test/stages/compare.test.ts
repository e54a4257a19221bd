import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Plan } from '../../harness/domain/run-files.ts';
import type { DType, StoredTensor } from '../../harness/domain/tensor.ts';
import { type Compared, compare } from '../../harness/stages/compare.ts';
import type { Delivery } from '../../harness/stages/deliveries.ts';
import { type BlobStore, openBlobStore } from '../../harness/store/blob-store.ts';
import { sampleCapture, samplePlan } from './sample-run.ts';

let root: string;
let blobs: BlobStore;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-compare-'));
  blobs = openBlobStore(root);
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Logits of one sample with three classes. */
async function logits(
  values: readonly number[],
  header: { dtype?: DType; shape?: number[] } = {},
): Promise<StoredTensor> {
  const bytes = new Uint8Array(new Float32Array(values).buffer);
  const { dtype = 'float32', shape = [1, values.length] } = header;
  return { name: 'logits', dtype, shape, ...(await blobs.put(bytes)) };
}

/** Compares one case on board/cpu and phone/cpu; phone answers as the reference does. */
async function compareRepeats(
  reference: StoredTensor,
  repeats: readonly (readonly StoredTensor[])[],
  task = true,
): Promise<Compared> {
  const [suite] = samplePlan.suites;
  const plan: Plan = {
    ...samplePlan,
    suites: [
      {
        ...suite!,
        cases: [{ name: 'one', inputs: [] }],
        reference: { kind: 'golden', origin: 'a test', cases: [{ case: 'one', outputs: [reference] }] },
        ...(task
          ? {
              task: {
                kind: 'classification',
                output: 'logits',
                topK: [1],
                batchAxis: 0,
                expected: { 'one#0': 2 },
              },
            }
          : {}),
      },
    ],
  };
  const deliveries = samplePlan.captures.map((planned): Delivery => {
    const answers = planned.target === 'board/cpu' ? repeats : repeats.map(() => [reference]);
    const capture = { ...sampleCapture(planned.target), cases: [{ case: 'one', repeats: answers }] };
    return { planned, status: 'captured', capture };
  });
  return compare(plan, deliveries, blobs);
}

const ofBoard = ({ comparisons }: Compared) =>
  comparisons.comparisons.find(({ target }) => target === 'board/cpu')!;

describe('repeats that differ', () => {
  test('the worst of each metric is kept, whichever repeat comes first', async () => {
    const reference = await logits([1, 2, 10]);
    const good = await logits([1, 2, 10]);
    const bad = await logits([1, 5, 10]);
    for (const repeats of [
      [[good], [bad]],
      [[bad], [good]],
    ]) {
      const comparison = ofBoard(await compareRepeats(reference, repeats));
      expect(comparison).toMatchObject({ status: 'compared', identical: false, metrics: { max_abs: 3 } });
    }
  });

  test('a NaN in one repeat is what is shown, though another is further off', async () => {
    const comparison = ofBoard(
      await compareRepeats(await logits([1, 2, 10]), [
        [await logits([1, 9, 10])],
        [await logits([1, Number.NaN, 10])],
      ]),
    );
    expect(comparison).toMatchObject({
      metrics: { nonfinite_mismatch: 1, max_abs: 7 },
      worst: { candidate: 'NaN' },
    });
  });

  test('a repeat that answers wrongly is not excused by one that answers rightly, in either order', async () => {
    const reference = await logits([1, 2, 10]);
    const right = [await logits([1, 2, 9])];
    const wrong = [await logits([1, 12, 10])];
    for (const repeats of [
      [right, wrong],
      [wrong, right],
    ]) {
      const comparison = ofBoard(await compareRepeats(reference, repeats));
      if (comparison.status !== 'compared') throw new Error(comparison.reason);
      expect(comparison.decisions).toMatchObject({ top1_agreement: 0, accuracy: 0, labelled: 1 });
      expect(comparison.decisions?.flipped).toHaveLength(1);
    }
  });

  test.for([
    { what: 'dtype', header: { dtype: 'int32' as const } },
    { what: 'shape', header: { shape: [3, 1] } },
  ])('the same bytes under another $what are another answer, and cannot be compared', async ({ header }) => {
    const reference = await logits([1, 2, 3]);
    const other = await logits([1, 2, 3], header);
    const compared = await compareRepeats(reference, [[reference], [other]], false);
    expect(ofBoard(compared).status).toBe('notComparable');
    const board = compared.determinism.targets.find(({ target }) => target === 'board/cpu');
    expect(board?.tensors[0]).toMatchObject({ distinct_outputs: 2, noise_max_abs: 'NaN' });
  });

  test('a target that answers in two ways is in nobody’s class', async () => {
    const reference = await logits([1, 2, 3]);
    const { equivalence } = await compareRepeats(reference, [[reference], [await logits([1, 2, 4])]]);
    const [suite] = equivalence.suites;
    expect(suite?.overall.map(({ targets, reference: own }) => ({ targets, own }))).toEqual([
      { targets: ['board/cpu'], own: false },
      { targets: ['phone/cpu'], own: true },
    ]);
  });
});

describe('outputs that do not pair', () => {
  test.for([
    { name: 'missing', outputs: [] as string[], reason: 'lacks this output' },
    { name: 'renamed', outputs: ['scores'], reason: 'lacks' },
    { name: 'extra', outputs: ['logits', 'scores'], reason: 'that the reference lacks' },
  ])('$name: NOT_COMPARABLE by name, never matched by position', async ({ outputs, reason }) => {
    const reference = await logits([1, 2, 3]);
    const repeat = outputs.map((name) => ({ ...reference, name }));
    const { comparisons } = await compareRepeats(reference, [repeat]);
    const refused = comparisons.comparisons.filter(
      (each) => each.target === 'board/cpu' && each.status === 'notComparable',
    );
    expect(refused.map((each) => (each.status === 'notComparable' ? each.reason : ''))).toEqual(
      expect.arrayContaining([expect.stringContaining(reason)]),
    );
  });
});

test('equal answers are one class, letters in the order of size, the reference’s own marked', async () => {
  const reference = await logits([1, 2, 3]);
  const { equivalence } = await compareRepeats(reference, [[await logits([1, 2, 4])]]);
  expect(equivalence.suites[0]?.tensors[0]?.classes.map(({ id, targets }) => [id, targets])).toEqual([
    ['A', ['board/cpu']],
    ['B', ['phone/cpu']],
  ]);
});
