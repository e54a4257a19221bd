import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Plan } from '../../../harness/domain/run-files.ts';
import { suiteInputsSha256 } from '../../../harness/formats/golden-file.ts';
import { reuseCaptures } from '../../../harness/stages/check/reuse-captures.ts';
import { type CapturedCapture, readDeliveries } from '../../../harness/stages/deliveries.ts';
import { hashPlan } from '../../../harness/stages/plan/hash-plan.ts';
import { openBlobStore } from '../../../harness/store/blob-store.ts';
import { writeCapture, writePlan } from '../../../harness/store/run-files.ts';
import { type RunFolder, runPaths } from '../../../harness/store/run-folder.ts';
import { hash, sampleCapture, samplePlan } from '../sample-run.ts';

/** A night's run of base's model, head's run of today, and base's run that was planned and not captured yet. */

const BASE = hash('b');
const HEAD = hash('e');
const bytes = Buffer.alloc(2000, 7);

let reports: string;
beforeEach(async () => {
  reports = await mkdtemp(path.join(tmpdir(), 'fleetdiff-reuse-'));
});
afterEach(() => rm(reports, { recursive: true, force: true }));

interface Change {
  readonly provenance?: (own: CapturedCapture['provenance']) => CapturedCapture['provenance'];
  readonly plan?: Partial<Plan>;
}

async function makeRun(name: string, model: string, captured: boolean, change: Change = {}) {
  const run: RunFolder = { root: path.join(reports, name) };
  await mkdir(run.root, { recursive: true });
  const suite = samplePlan.suites[0]!;
  const content = {
    ...samplePlan,
    ...change.plan,
    suites: [{ ...suite, model: { ...suite.model, sha256: model } }],
    run: name,
  };
  const plan: Plan = { ...content, planHash: hashPlan(content) };
  await writePlan(run, plan);
  const { sha256 } = await openBlobStore(runPaths.blobs(run)).put(bytes);
  if (!captured) return { run, plan };
  for (const { target } of plan.captures) {
    const own = sampleCapture(target);
    const provenance = {
      ...own.provenance,
      modelSha256: model,
      inputsSha256: suiteInputsSha256(suite.cases),
    };
    await writeCapture(run, {
      ...own,
      planHash: plan.planHash,
      capturedAt: '2026-11-01T00:00:00.000Z',
      provenance: change.provenance?.(provenance) ?? provenance,
      cases: own.cases.map((entry) => ({
        ...entry,
        repeats: entry.repeats.map((outputs) => outputs.map((output) => ({ ...output, sha256 }))),
      })),
    });
  }
  return { run, plan };
}

async function reused(change: Change = {}, model = BASE) {
  const donor = await makeRun('night', model, true, change);
  const head = await makeRun('today', HEAD, true);
  const base = await makeRun('today/base', BASE, false);
  await rm(runPaths.blobs(base.run), { recursive: true });
  const taken = await reuseCaptures({ base, head, reports, clock: () => new Date(0) });
  return { donor, base, taken };
}

test('what an earlier run captured of the same is taken, and is whole in its new run', async () => {
  const { base, taken } = await reused();
  expect(taken).toEqual([
    { target: 'board/cpu', run: 'night' },
    { target: 'phone/cpu', run: 'night' },
  ]);
  const deliveries = await readDeliveries(base.run, base.plan);
  expect(deliveries.map(({ status }) => status)).toEqual(['captured', 'captured']);
  expect(deliveries[0]).toMatchObject({ capture: { capturedAt: '2026-11-01T00:00:00.000Z' } });
  const { sha256 } = await openBlobStore(path.join(reports, 'elsewhere')).put(bytes);
  expect(await openBlobStore(runPaths.blobs(base.run)).has(sha256)).toBe(true);
});

type Provenance = CapturedCapture['provenance'];
const device = (change: Partial<Provenance['device']>) => (own: Provenance) => ({
  ...own,
  device: { ...own.device, ...change },
});

test.for<[string, Change]>([
  ['another runtime', { provenance: device({ runtime: { name: 'onnxruntime', version: '1.29.0' } }) }],
  ['another processor', { provenance: device({ isa: ['x86_64', 'avx2', 'vnni'] }) }],
  ['another kernel of the system', { provenance: device({ os: 'Linux 7' }) }],
  ['another host', { provenance: device({ host: { name: 'node', version: '22.0.0' } }) }],
  ['an emulator', { provenance: device({ emulator: 'qemu 10' }) }],
  ['another driver', { provenance: (own) => ({ ...own, driver: { name: 'soc', version: '0.0.9' } }) }],
  ['another agent', { provenance: (own) => ({ ...own, agentSha256: hash('9') }) }],
  ['another harness', { provenance: (own) => ({ ...own, harness: { version: '0.0.1' } }) }],
  ['other inputs', { provenance: (own) => ({ ...own, inputsSha256: hash('9') }) }],
  ['another delegate', { provenance: (own) => ({ ...own, delegate: { ...own.delegate, threads: 2 } }) }],
  ['fewer repeats', { plan: { repeats: 2 } }],
  [
    'another way to reach the device',
    {
      plan: {
        devices: samplePlan.devices.map((each) => ({
          ...each,
          launch: { kind: 'ssh' as const, destination: 'board' },
        })),
      },
    },
  ],
])('nothing is taken from %s', async ([, change]) => {
  expect((await reused(change)).taken).toEqual([]);
});

test('nothing is taken of another model', async () => {
  expect((await reused({}, hash('9'))).taken).toEqual([]);
});

test('nothing is taken where the bytes are damaged, or the run cannot be read', async () => {
  const donor = await makeRun('night', BASE, true);
  const head = await makeRun('today', HEAD, true);
  const base = await makeRun('today/base', BASE, false);
  await rm(runPaths.blobs(base.run), { recursive: true });
  const { sha256 } = await openBlobStore(runPaths.blobs(donor.run)).put(bytes);
  await writeFile(path.join(runPaths.blobs(donor.run), sha256.slice(0, 2), sha256), Buffer.alloc(2000, 8));
  await mkdir(path.join(reports, 'damaged'));
  await writeFile(path.join(reports, 'damaged/plan.json'), '{');
  expect(await reuseCaptures({ base, head, reports, clock: () => new Date(0) })).toEqual([]);
});

test('head’s own run gives base’s captures where both are one model', async () => {
  const head = await makeRun('today', BASE, true);
  const base = await makeRun('today/base', BASE, false);
  const taken = await reuseCaptures({ base, head, reports, clock: () => new Date(0) });
  expect(taken.map(({ run }) => run)).toEqual(['today', 'today']);
});
