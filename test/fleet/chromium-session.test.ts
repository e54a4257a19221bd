import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import type { JobResult } from '../../harness/agents/protocol.ts';
import { withTaps } from '../../harness/agents/tap-model.ts';
import type { Delegate } from '../../harness/domain/device.ts';
import type { DeviceSession, JobRequest } from '../../harness/fleet/device-session.ts';
import { openDeviceSession } from '../../harness/fleet/open-session.ts';
import { ODD_MODELS } from '../onnx/odd-models.ts';
import { CHROMIUM_DEVICE, openTestFleet, type TestFleet } from './open-test-fleet.ts';

const MODEL = path.resolve(import.meta.dirname, '../../fixtures/digits/models/digits.u8s8-reduced.onnx');
const ROWS = 2;
const REPEATS = 2;

const signal = new AbortController().signal;
const delegate = (name: string, rest: Partial<Delegate>): Delegate => ({
  name,
  runtime: 'onnxruntime-web',
  provider: 'wasm',
  threads: 1,
  optimization: 'all',
  sessionConfig: {},
  env: {},
  ...rest,
});
const WASM = delegate('wasm', { bundle: 'wasm' });
const WEBGPU = delegate('webgpu', { provider: 'webgpu', bundle: 'webgpu' });
const JSEP = delegate('webgpu-jsep', { provider: 'webgpu', bundle: 'all' });

let fleet: TestFleet;
let session: DeviceSession;
/** Logits per case of onnxruntime-node's CPU provider, graph optimization disabled: another build of the runtime, no browser. */
const expected: Float32Array[] = [];
/** The model's logits lie on a grid: the smallest gap between two of them is one quantization step. */
let stepOfLogits: number;
let request: (delegate: Delegate, rest?: Partial<JobRequest>) => JobRequest;

beforeAll(async () => {
  fleet = await openTestFleet();
  session = await openDeviceSession(CHROMIUM_DEVICE, fleet.context, signal);
  const model = await readFile(MODEL);
  const reference = await InferenceSession.create(new Uint8Array(model), {
    graphOptimizationLevel: 'disabled',
  });
  const cases: JobRequest['cases'][number][] = [];
  for (const index of [0, 1]) {
    const image = Float32Array.from({ length: ROWS * 28 * 28 }, (_, at) => ((at * (37 + index)) % 256) / 255);
    const shape = [ROWS, 1, 28, 28];
    const ref = fleet.blobs.put(new Uint8Array(image.buffer));
    cases.push({ name: `case-${index}`, inputs: [{ name: 'input', dtype: 'float32', shape, ...ref }] });
    const { logits } = await reference.run({ input: new Tensor('float32', image, shape) });
    expected.push(logits!.data as Float32Array);
  }
  const values = [...new Set(expected.flatMap((logits) => [...logits]))].sort((left, right) => left - right);
  stepOfLogits = Math.min(...values.slice(1).map((value, index) => value - values[index]!));
  const modelRef = fleet.blobs.put(model);
  request = (wanted, rest = {}) => ({
    id: `job-${wanted.name}`,
    model: modelRef,
    delegate: wanted,
    cases,
    repeats: REPEATS,
    taps: [],
    ...rest,
  });
}, 120_000);

afterAll(async () => {
  await session?.close();
  await fleet?.close();
});

async function run(wanted: Delegate, on = session, rest: Partial<JobRequest> = {}): Promise<JobResult> {
  const answer = await on.run(request(wanted, rest));
  if (answer.status === 'failed') throw new Error(answer.reason);
  return answer.result;
}

/** Largest |found - expected| over all cases and repeats, in steps of the logits. */
function maxSteps({ cases }: JobResult): number {
  const errors = cases.flatMap(({ repeats }, index) =>
    repeats.flatMap((outputs) => {
      const bytes = Uint8Array.from(fleet.blobs.bytes.get(outputs[0]!.sha256)!);
      const found = new Float32Array(bytes.buffer);
      return Array.from(found, (value, at) => Math.abs(value - expected[index]![at]!));
    }),
  );
  expect(errors.length).toBeGreaterThanOrEqual(ROWS * 10);
  return Math.max(...errors) / stepOfLogits;
}

/** SwiftShader is slow: one inference of one case will do. */
const onlyOnce = () => ({ cases: request(WASM).cases.slice(0, 1), repeats: 1 });

const providersOf = ({ placement }: JobResult) =>
  [...new Set(placement.nodes.map(({ provider }) => provider))].sort();

test('the probe tells browser, runtime, adapter and providers', async () => {
  const probe = await session.probe();
  expect(probe.agentSha256).toBe(fleet.context.pageSha256);
  expect(probe.providers).toEqual(['wasm', 'webgpu']);
  expect(probe.device.runtime).toEqual({ name: 'onnxruntime-web', version: '1.30.0' });
  expect(probe.device.host.version).toMatch(/^\d+\.\d+\.\d+\.\d+$/);
  expect(probe.device.isa).toEqual(expect.arrayContaining(['wasm32', 'wasm-simd128']));
  expect(probe.device.adapter).toMatch(/swiftshader/i);
});

test('wasm answers within one step of the reference, from the CPU provider', async () => {
  const result = await run(WASM);
  expect(result.cases.map(({ name, repeats }) => [name, repeats.length])).toEqual([
    ['case-0', REPEATS],
    ['case-1', REPEATS],
  ]);
  expect(result.cases[0]!.repeats[0]).toMatchObject([
    { name: 'logits', dtype: 'float32', shape: [ROWS, 10] },
  ]);
  expect(result.placement).toMatchObject({ requested: 'wasm', status: 'attested' });
  expect(providersOf(result)).toEqual(['CPUExecutionProvider']);
  expect(result.placement.nodes.map(({ opType }) => opType)).toContain('QLinearConv');
  expect(maxSteps(result)).toBeLessThan(1.01);
  expect(result.device).not.toHaveProperty('adapter');
});

test('taps come behind the outputs, each a tensor that the reference has too', async () => {
  const taps = ['input_q', 'r1_q'];
  const result = await run(WASM, session, { taps, repeats: 1 });
  const plain = await run(WASM, session, { repeats: 1 });
  const model = withTaps(await readFile(MODEL), taps);
  const reference = await InferenceSession.create(model, { graphOptimizationLevel: 'disabled' });
  for (const [index, { repeats }] of result.cases.entries()) {
    const [logits, ...tapped] = repeats[0]!;
    expect(logits).toEqual(plain.cases[index]!.repeats[0]![0]);
    expect(tapped.map(({ name, dtype }) => [name, dtype])).toEqual(taps.map((tap) => [tap, 'uint8']));
    const image = request(WASM).cases[index]!.inputs[0]!;
    const pixels = new Float32Array(Uint8Array.from(fleet.blobs.bytes.get(image.sha256)!).buffer);
    const known = await reference.run({ input: new Tensor('float32', pixels, image.shape) });
    // Quantizing an input leaves nothing to the order of sums: the bytes are the same in every runtime.
    const found = fleet.blobs.bytes.get(tapped[0]!.sha256)!;
    expect(Buffer.from(found).equals(Buffer.from(known.input_q!.data as Uint8Array))).toBe(true);
    expect(tapped[1]!.shape).toEqual(known.r1_q!.dims);
  }
});

test('a tap that holds no tensor is a failed answer of the page', async () => {
  const model = fleet.blobs.put(ODD_MODELS['a sequence between nodes']!);
  const ref = fleet.blobs.put(new Uint8Array(16));
  const cases: JobRequest['cases'] = [
    { name: 'only', inputs: [{ name: 'x', dtype: 'float32', shape: [2, 2], ...ref }] },
  ];
  const answer = await session.run(request(WASM, { model, cases, taps: ['sequence'] }));
  expect(answer).toMatchObject({ status: 'failed', reason: expect.stringMatching(/tensor/i) });
});

test('webgpu answers within one step, and says what it left to the CPU', { timeout: 90_000 }, async () => {
  const result = await run(WEBGPU, session, onlyOnce());
  expect(providersOf(result)).toEqual(['CPUExecutionProvider', 'WebGpuExecutionProvider']);
  expect(maxSteps(result)).toBeLessThan(1.01);
  expect(result.device.adapter).toMatch(/swiftshader/i);
});

test('webgpu-jsep is wrong on this quantized model, as long as upstream is', {
  timeout: 90_000,
}, async () => {
  const result = await run(JSEP, session, onlyOnce());
  expect(providersOf(result)).toEqual(['CPUExecutionProvider', 'JsExecutionProvider']);
  expect(maxSteps(result)).toBeGreaterThan(10);
});

test('a model that cannot be loaded is a failed answer, and the session lives on', async () => {
  const model = fleet.blobs.put(Buffer.from('no model'));
  const answer = await session.run(request(WASM, { model }));
  expect(answer).toMatchObject({ status: 'failed', reason: expect.stringContaining('protobuf') });
  expect((await session.run(request(WASM))).status).toBe('done');
});

describe('jobs that a page cannot do', () => {
  test.for<[name: string, delegate: Partial<Delegate>, reason: RegExp]>([
    ['another runtime', { runtime: 'onnxruntime-node' }, /a page has no onnxruntime-node/],
    ['an environment', { env: { A: 'b' } }, /no environment/],
    ['an unknown provider', { provider: 'webgl' }, /backend|provider|webgl/i],
  ])('%s', async ([, rest, reason]) => {
    const answer = await session.run(request(delegate('odd', rest)));
    expect(answer).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  });
});

test('two sessions work side by side, and the end of one is not the end of the other', {
  timeout: 90_000,
}, async () => {
  const other = await openDeviceSession(CHROMIUM_DEVICE, fleet.context, signal);
  try {
    const both = await Promise.all([run(WASM), run(WASM, other)]);
    expect(both[0]!.cases).toEqual(both[1]!.cases);
  } finally {
    await other.close();
  }
  expect((await run(WASM)).cases).toHaveLength(2);
});

// The time-out is the point: a page that computed on its own thread could not be ended for a minute.
test('a session that is closed in the middle of a job ends it', { timeout: 40_000 }, async () => {
  const other = await openDeviceSession(CHROMIUM_DEVICE, fleet.context, signal);
  const blobsRead = vi.spyOn(fleet.blobs, 'read');
  const job = other.run(request(WASM, { repeats: 100_000 }));
  const ended = job.then(
    () => 'answered',
    () => 'ended',
  );
  // The page has the job when it asks for the model.
  await expect.poll(() => blobsRead.mock.calls.length, { timeout: 30_000 }).toBeGreaterThan(0);
  await Promise.all([other.close(), other.close()]);
  expect(await ended).toBe('ended');
});

test('nothing is left of a session that was closed', async () => {
  const before = await readdir(fleet.context.profilesRoot);
  const other = await openDeviceSession(CHROMIUM_DEVICE, fleet.context, signal);
  expect((await readdir(fleet.context.profilesRoot)).length).toBe(before.length + 2);
  await other.close();
  expect(await readdir(fleet.context.profilesRoot)).toEqual(before);
});

test('a missing browser is told with its remedy', async () => {
  const context = { ...fleet.context, parts: { emulators: {} } };
  const failure = await openDeviceSession(CHROMIUM_DEVICE, context, signal).catch((error: unknown) => error);
  expect(failure).toMatchObject({ code: 'E_PART_MISSING', remedies: ['fleetdiff doctor --fix'] });
});
