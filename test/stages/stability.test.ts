import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CapturedCase } from '../../harness/domain/run-files.ts';
import type { TargetStability, VariedFactor } from '../../harness/domain/stability.ts';
import { FACTORS } from '../../harness/domain/stability.ts';
import type { PlannedSuite, StoredCase } from '../../harness/domain/suite.ts';
import { readModelFacts } from '../../harness/onnx/model-facts.ts';
import type { ModelRun, ModelRunner } from '../../harness/stages/localize/model-runner.ts';
import { loadSuite } from '../../harness/stages/plan/load-suite.ts';
import { probeStability } from '../../harness/stages/stability.ts';
import { type BlobStore, openBlobStore, storeTensor } from '../../harness/store/blob-store.ts';
import { CPU, inProcessRunner } from '../in-process-runner.ts';

const DIGITS = path.resolve(import.meta.dirname, '../../fixtures/digits');
let folder: string;
let blobs: BlobStore;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-stability-'));
  blobs = openBlobStore(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function suiteOf(model: string): Promise<PlannedSuite> {
  const bytes = await readFile(path.join(DIGITS, 'models', model));
  const [first] = (await loadSuite(DIGITS)).cases;
  return {
    name: 'digits',
    folder: 'fixtures/digits',
    model: { ...(await blobs.put(bytes)), path: model, facts: readModelFacts(bytes, model) },
    cases: [
      {
        name: first!.name,
        inputs: await Promise.all(first!.inputs.map((input) => storeTensor(blobs, input))),
      },
    ],
    reference: { kind: 'computed', target: 'reference/cpu-noopt' },
    task: { kind: 'classification', output: 'logits', topK: [1], batchAxis: 0 },
  };
}

async function probed(suite: PlannedSuite, runner: ModelRunner): Promise<TargetStability> {
  const found = await probeStability(suite, runner, blobs);
  if ('failed' in found) throw new Error(found.failed);
  return found;
}

const brief = (each: VariedFactor) =>
  each.status === 'notVaried' ? `${each.factor}: ${each.reason}` : `${each.factor}: ${each.distinct_outputs}`;

describe('the real runtime on this machine', () => {
  test('integer operators: no factor changes a byte, in about ten runs of eight digits', async () => {
    const runs: ModelRun[] = [];
    const runner = inProcessRunner(blobs, { target: 'here/cpu', onRun: (asked) => runs.push(asked) });
    const found = await probed(await suiteOf('digits.qop.onnx'), runner);
    expect(found).toMatchObject({ suite: 'digits', target: 'here/cpu', samples: 8, attributed: null });
    expect(found.factors.map(brief)).toEqual(FACTORS.map((factor) => `${factor}: 1`));
    expect(runs.length).toBeLessThanOrEqual(12);
    expect(Math.max(...runs.map(({ cases }) => cases[0]!.inputs[0]!.shape[0]!))).toBe(8);
  });

  test('a range taken over the whole batch: the batch is what changes a digit, and is named', async () => {
    const found = await probed(
      await suiteOf('digits.dyn.onnx'),
      inProcessRunner(blobs, { target: 'here/cpu' }),
    );
    expect(found.attributed).toBe('batch-position');
    const position = found.factors[3]!;
    if (position.status !== 'varied') throw new Error(position.reason);
    const [inOrder, inReverse, alone] = position.values.map(
      (tried) => tried.status === 'ran' && tried.sha256,
    );
    // The order of a batch does not move its range; to leave seven of eight out does.
    expect(inReverse).toBe(inOrder);
    expect(alone).not.toBe(inOrder);
    expect(position.noise_max_abs).toBeGreaterThan(0);
  });
});

/** A made-up target: what it answers, as one float32 per sample, is told by what is asked of it. */
interface Asked {
  readonly run: ModelRun;
  readonly renewed: number;
  readonly nth: number;
  readonly inference: number;
  /** Position in the batch, and the value that came in. */
  readonly position: number;
  readonly value: number;
}

function madeUp(answer: (asked: Asked) => number, own: Partial<ModelRunner['delegate']> = {}): ModelRunner {
  let renewed = 0;
  let nth = 0;
  return {
    target: 'made/up',
    delegate: { ...CPU, ...own },
    async renew() {
      renewed += 1;
    },
    async run(run) {
      nth += 1;
      const cases = await Promise.all(run.cases.map((sample) => answered(sample, run)));
      return {
        status: 'done',
        cases,
        placement: { requested: 'cpu', status: 'unknown', nodes: [] },
        device: DEVICE,
      };
    },
  };
  async function answered(sample: StoredCase, run: ModelRun): Promise<CapturedCase> {
    const values = new Float32Array((await blobs.load(sample.inputs[0]!)).slice().buffer);
    const repeats = Array.from({ length: run.repeats ?? 1 }, (_, inference) =>
      Float32Array.from(values, (value, position) =>
        answer({ run, renewed, nth, inference, position, value }),
      ),
    );
    const stored = repeats.map(async (data) => [
      await storeTensor(blobs, {
        name: 'y',
        dtype: 'float32',
        shape: [data.length, 1],
        data: new Uint8Array(data.buffer),
      }),
    ]);
    return { case: sample.name, repeats: await Promise.all(stored) };
  }
}

const DEVICE = {
  soc: 's',
  arch: 'x86_64',
  isa: [],
  os: 'o',
  runtime: { name: 'r', version: '1' },
  host: { name: 'h', version: '1' },
};

async function tinySuite({ batch = -1, batchAxis }: { batch?: number; batchAxis?: number }) {
  const input = {
    name: 'x',
    dtype: 'float32' as const,
    shape: [4, 1],
    data: new Uint8Array(new Float32Array([1, 2, 3, 4]).buffer),
  };
  const suite: PlannedSuite = {
    name: 'tiny',
    folder: 'tiny',
    model: {
      ...(await blobs.put(new Uint8Array())),
      path: 'tiny.onnx',
      facts: {
        inputs: [{ name: 'x', dtype: 'float32', shape: [batch, 1] }],
        outputs: [{ name: 'y', dtype: 'float32', shape: [batch, 1] }],
        u8s8FullRange: false,
        integerOperators: false,
      },
    },
    cases: [{ name: 'four', inputs: [await storeTensor(blobs, input)] }],
    reference: { kind: 'computed', target: 'reference/cpu-noopt' },
    ...(batchAxis === undefined
      ? {}
      : { task: { kind: 'classification', output: 'y', topK: [1], batchAxis } }),
  };
  return suite;
}

describe('what a made-up target depends on is what is named', () => {
  test.for<readonly [string, (asked: Asked) => number, TargetStability['attributed'], number]>([
    ['nothing', ({ value }) => value, null, 0],
    ['each inference', ({ value, inference }) => value + inference / 4, 'repeats', 0.5],
    ['the first inference', ({ value, inference }) => value + (inference === 0 ? 2 : 0), 'warm-up', 2],
    ['the device session', ({ value, renewed }) => value + renewed / 8, 'session', 0.125],
    ['the runtime session', ({ value, nth }) => value + (nth === 2 ? 1 : 0), 'session', 1],
    ['the place in the batch', ({ value, position }) => value + position, 'batch-position', 3],
    ['threads', ({ value, run }) => value + ((run.change?.threads ?? 1) - 1), 'threads', 3],
    [
      'optimization',
      ({ value, run }) => value + (run.change?.optimization === 'disabled' ? 0.5 : 0),
      'optimization',
      0.5,
    ],
    [
      'threads and optimization',
      ({ value, run: { change } }) => value + (change?.threads ?? 1) + (change?.optimization ? 9 : 0),
      'threads',
      3,
    ],
    [
      'threads: a NaN has no distance',
      ({ value, run }) => (run.change?.threads ? Number.NaN : value),
      'threads',
      Number.NaN,
    ],
  ])('%s', async ([, answer, attributed, apart]) => {
    const found = await probed(await tinySuite({ batchAxis: 0 }), madeUp(answer));
    expect(found.attributed).toBe(attributed);
    expect(found.factors.map(({ factor }) => factor)).toEqual(FACTORS);
    const named = found.factors.find(({ factor }) => factor === attributed);
    const noise = named?.status === 'varied' ? named.noise_max_abs : 0;
    expect(noise).toBe(Number.isNaN(apart) ? 'NaN' : apart);
  });
});

describe('what cannot be varied is left out, with its reason', () => {
  test('no batch axis', async () => {
    const found = await probed(
      await tinySuite({}),
      madeUp(({ value }) => value),
    );
    expect(found.samples).toBeNull();
    expect(found.factors.map(brief)).toContain('batch-position: the suite names no batch axis');
  });

  test('threads of a GPU', async () => {
    const found = await probed(
      await tinySuite({ batchAxis: 0 }),
      madeUp(({ value, run }) => value + (run.change?.threads ?? 0), { provider: 'webgpu' }),
    );
    expect(found.attributed).toBeNull();
    expect(found.factors.map(brief)).toContain(
      'threads: the provider webgpu does not compute with CPU threads',
    );
  });

  test('a fixed batch size: no sample runs alone, and its place is varied still', async () => {
    const found = await probed(
      await tinySuite({ batch: 4, batchAxis: 0 }),
      madeUp(({ value, position }) => value + position),
    );
    expect(found).toMatchObject({ samples: 4, attributed: 'batch-position' });
    expect(found.factors[3]).toMatchObject({
      values: [
        { value: 'in order', status: 'ran' },
        { value: 'in reverse', status: 'ran' },
        { value: 'each alone', status: 'failed', reason: 'the model takes batches of 4 alone' },
      ],
    });
  });

  test('values that fail leave their reason, and the others count', async () => {
    const whole = madeUp(({ value, run }) => value + (run.change?.threads === 4 ? 1 : 0));
    const runner: ModelRunner = {
      ...whole,
      run: async (asked) =>
        asked.change?.threads === 2 || asked.change?.optimization
          ? { status: 'failed', reason: 'out of memory' }
          : whole.run(asked),
    };
    const found = await probed(await tinySuite({ batchAxis: 0 }), runner);
    expect(found.attributed).toBe('threads');
    expect(found.factors.slice(4).map(brief)).toEqual(['threads: 2', 'optimization: out of memory']);
  });

  test('a model that does not run at all is a reason', async () => {
    const runner: ModelRunner = {
      ...madeUp(() => 0),
      run: async () => ({ status: 'failed', reason: 'no such operator' }),
    };
    expect(await probeStability(await tinySuite({ batchAxis: 0 }), runner, blobs)).toEqual({
      failed: 'no such operator',
    });
  });
});
