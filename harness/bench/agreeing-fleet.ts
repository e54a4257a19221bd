import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Device } from '../domain/device.ts';
import type { Capture, Plan } from '../domain/run-files.ts';
import type { StoredTensor } from '../domain/tensor.ts';
import { suiteInputsSha256 } from '../formats/golden-file.ts';
import { compareRun } from '../stages/compare.ts';
import { hashPlan } from '../stages/plan/hash-plan.ts';
import { openBlobStore, storeTensor } from '../store/blob-store.ts';
import { writeCapture, writePlan } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { madeUpTensors } from './made-up-tensors.ts';

const NO_HASH = '0'.repeat(64);
const CASES = 4;

/**
 * Seconds that the compare stage takes for a run of `targets` targets that all gave one answer, which differs from the
 * reference's in every case: four cases of `bytes` bytes. The run is written to a temporary folder first, as capture would leave it.
 */
export async function secondsForAgreeingFleet(targets: number, bytes: number): Promise<number> {
  const root = await mkdtemp(path.join(tmpdir(), 'fleetdiff-bench-'));
  try {
    const run = { root };
    await record(run, targets, bytes);
    const start = performance.now();
    const { comparisons } = await compareRun(run);
    const seconds = (performance.now() - start) / 1e3;
    const compared = comparisons.comparisons.filter(({ status }) => status === 'compared').length;
    if (compared !== CASES * targets) throw new Error(`${compared} comparisons of ${CASES * targets}`);
    return seconds;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

async function record(run: RunFolder, targets: number, bytes: number): Promise<void> {
  const blobs = openBlobStore(path.join(run.root, 'blobs'));
  const pairs: { case: string; reference: StoredTensor; candidate: StoredTensor }[] = [];
  for (let index = 0; index < CASES; index++) {
    const { reference, candidate } = madeUpTensors('float32', bytes, 1 + index);
    pairs.push({
      case: `case-${index}`,
      reference: await storeTensor(blobs, reference),
      candidate: await storeTensor(blobs, candidate),
    });
  }
  const names = Array.from({ length: targets }, (_, index) => `device-${index}`);
  const plan = planOf(names, pairs);
  await writePlan(run, plan);
  for (const name of names) await writeCapture(run, captureOf(plan, `${name}/cpu`, pairs));
}

function planOf(
  devices: readonly string[],
  pairs: readonly { case: string; reference: StoredTensor }[],
): Plan {
  const { name, dtype, shape } = pairs[0]!.reference;
  const plan: Plan = {
    schemaVersion: 1,
    kind: 'plan',
    run: 'bench',
    createdAt: new Date(0).toISOString(),
    planHash: NO_HASH,
    harness: { version: '0.0.0' },
    repeats: 1,
    suites: [
      {
        name: 'bench',
        folder: 'bench',
        model: {
          path: 'bench.onnx',
          sha256: NO_HASH,
          bytes: 0,
          facts: {
            inputs: [],
            outputs: [{ name, dtype, shape }],
            u8s8FullRange: false,
            integerOperators: false,
          },
        },
        cases: pairs.map((pair) => ({ name: pair.case, inputs: [] })),
        reference: {
          kind: 'golden',
          origin: 'made up',
          cases: pairs.map((pair) => ({ case: pair.case, outputs: [pair.reference] })),
        },
      },
    ],
    devices: devices.map(deviceOf),
    fleet: { devices, delegates: ['cpu'], socs: [], tags: [] },
    captures: devices.map((device) => ({
      suite: 'bench',
      target: `${device}/cpu`,
      role: 'candidate',
      optional: false,
    })),
  };
  return { ...plan, planHash: hashPlan(plan) };
}

function deviceOf(name: string): Device {
  return {
    name,
    driver: 'soc',
    launch: { kind: 'host' },
    soc: 'host',
    tags: [],
    optional: false,
    delegates: [DELEGATE],
    capabilities: {},
    place: { file: 'devices.yml', line: 1 },
  };
}

const DELEGATE: Device['delegates'][number] = {
  name: 'cpu',
  runtime: 'onnxruntime-node',
  provider: 'cpu',
  threads: 1,
  optimization: 'all',
  sessionConfig: {},
  env: {},
};

function captureOf(
  plan: Plan,
  target: string,
  pairs: readonly { case: string; candidate: StoredTensor }[],
): Capture {
  return {
    schemaVersion: 1,
    kind: 'capture',
    suite: 'bench',
    target,
    planHash: plan.planHash,
    capturedAt: new Date(0).toISOString(),
    status: 'captured',
    provenance: {
      device: {
        soc: 'made up',
        arch: 'x86_64',
        isa: ['x86_64'],
        os: 'Linux',
        runtime: { name: 'onnxruntime', version: '0.0.0' },
        host: { name: 'node', version: '0.0.0' },
      },
      driver: { name: 'soc', version: '0.0.0' },
      delegate: DELEGATE,
      modelSha256: NO_HASH,
      inputsSha256: suiteInputsSha256(plan.suites[0]!.cases),
      agentSha256: NO_HASH,
      harness: { version: '0.0.0' },
    },
    placement: { requested: 'cpu', status: 'attested', nodes: [] },
    timings: { sessionMs: 0, loadMs: 0, inferenceMs: 0, jobMs: 0 },
    cases: pairs.map((pair) => ({ case: pair.case, repeats: [[pair.candidate]] })),
  };
}
