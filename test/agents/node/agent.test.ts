import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import type { Job, JobAnswer, JobResult, ProbeResult } from '../../../harness/agents/protocol.ts';
import { type DType, isDType } from '../../../harness/domain/tensor.ts';
import { ODD_MODELS } from '../../onnx/odd-models.ts';
import { AgentClient } from '../agent-client.ts';
import { sha256Of, startBlobServer, type TestBlobServer } from '../blob-server.ts';
import { CPU, EXPECTED, jobFor, matmulJob, readModel, storedInput } from '../jobs.ts';

let server: TestBlobServer;
let agent: AgentClient;
let scratch: string;

beforeAll(async () => {
  server = await startBlobServer();
  scratch = mkdtempSync(path.join(tmpdir(), 'fleetdiff-test-agent-'));
  agent = new AgentClient({ TMPDIR: scratch, HOME: scratch });
});
afterEach(() => {
  server.requests.length = 0;
});
afterAll(async () => {
  await agent.end();
  await server.close();
  rmSync(scratch, { recursive: true, force: true });
});

const run = (job: unknown) => agent.ask<JobAnswer>({ id: 1, op: 'run', job });

async function done(job: Job): Promise<JobResult> {
  const answer = await run(job);
  if (answer.status === 'failed') throw new Error(answer.reason);
  return answer.result;
}

async function failure(job: unknown): Promise<string> {
  const answer = await run(job);
  if (answer.status === 'done') throw new Error('the job was done, a failure was expected');
  return answer.reason;
}

function identityInputs() {
  return Object.entries(EXPECTED.identity.bytes).map(([dtype, hex]) =>
    storedInput(server, `x_${dtype}`, dtype as DType, EXPECTED.identity.shape, Buffer.from(hex, 'hex')),
  );
}

test('the probe tells device, runtime and providers', async () => {
  const probe = await agent.ask<ProbeResult>({ id: 7, op: 'probe' });
  expect(probe.protocol).toBe(1);
  expect(probe.agentSha256).toMatch(/^[0-9a-f]{64}$/);
  expect(probe.providers).toContain('cpu');
  expect(probe.device.runtime).toEqual({ name: 'onnxruntime-node', version: '1.30.0' });
  expect(probe.device.host).toEqual({ name: 'node', version: process.versions.node });
  expect(probe.device.isa[0]).toBe(probe.device.arch);
  expect(probe.device.arch).toBe(process.arch === 'x64' ? 'x86_64' : 'aarch64');
  expect(probe.device.emulator).toBeUndefined();
});

test('every dtype comes back byte for byte: NaN payloads, -0, subnormals, 64-bit integers, text', async () => {
  const result = await done(jobFor(server, readModel('identity.onnx'), identityInputs()));
  const outputs = result.cases[0]?.repeats[0] ?? [];
  expect(outputs.map(({ name }) => name)).toEqual(
    Object.keys(EXPECTED.identity.bytes).map((dtype) => `y_${dtype}`),
  );
  for (const output of outputs) {
    expect(isDType(output.dtype)).toBe(true);
    expect(output.name).toBe(`y_${output.dtype}`);
    expect(output.shape).toEqual(EXPECTED.identity.shape);
    expect(server.blobs.get(output.sha256)?.toString('hex'), output.dtype).toBe(
      EXPECTED.identity.bytes[output.dtype],
    );
  }
});

test('a job tells where each node ran, how long it took, and how much memory that needed', async () => {
  const result = await done(matmulJob(server, { id: 'job-9' }));
  expect(result.id).toBe('job-9');
  expect(result.placement.requested).toBe('cpu');
  expect(result.placement.status).toBe('attested');
  expect(result.placement.nodes).toEqual([
    { name: 'MatMulInteger_Y', opType: 'MatMulInteger', provider: 'CPUExecutionProvider' },
  ]);
  expect(result.timings.loadMs).toBeGreaterThan(0);
  expect(result.timings.inferenceMs).toBeGreaterThan(0);
  expect(result.peakMemoryBytes).toBeGreaterThan(20_000_000);
});

test.for([
  ['disabled', 2],
  ['all', 1],
] as const)('optimization %s reaches the runtime', async ([optimization, nodes]) => {
  const input = storedInput(server, 'x', 'float32', [1], new Uint8Array(4));
  const delegate = { ...CPU, optimization };
  const result = await done(jobFor(server, readModel('identity-chain.onnx'), [input], { delegate }));
  expect(result.placement.nodes).toHaveLength(nodes);
});

test('repeats and cases keep their order, and equal bytes move once', async () => {
  const [input] = matmulJob(server).cases[0]?.inputs ?? [];
  if (!input) throw new Error('the job has no input');
  const other = { ...input, ...server.add(new Uint8Array(64)) };
  const job = matmulJob(server, {
    repeats: 3,
    cases: [
      { name: 'b', inputs: [input] },
      { name: 'a', inputs: [other] },
    ],
  });
  const zeros = sha256Of(new Uint8Array(32));
  server.blobs.delete(zeros);
  const result = await done(job);
  expect(result.cases.map(({ name, repeats }) => [name, repeats.length])).toEqual([
    ['b', 3],
    ['a', 3],
  ]);
  expect(result.cases[1]?.repeats.map((outputs) => outputs[0]?.sha256)).toEqual([zeros, zeros, zeros]);
  expect(server.requests.filter((request) => request === `PUT /blobs/${zeros}`)).toHaveLength(1);
  server.requests.length = 0;
  await done(job);
  expect(server.requests).toEqual(['POST /missing']);
});

const refusals: readonly (readonly [what: string, changes: (job: Job) => object, reason: RegExp])[] = [
  [
    'a provider that the device lacks',
    (job) => ({ delegate: { ...job.delegate, provider: 'coreml' } }),
    /no provider "coreml".*cpu/,
  ],
  ['a tap that the model does not have', () => ({ taps: ['nowhere'] }), /nowhere.*does not exist/],
  ['another protocol', () => ({ protocol: 2 }), /protocol 2.*speaks 1/],
  [
    'another runtime',
    (job) => ({ delegate: { ...job.delegate, runtime: 'onnxruntime-web' } }),
    /not onnxruntime-web/,
  ],
  ['no repeats', () => ({ repeats: 0 }), /at least once/],
  ['no cases', () => ({ cases: [] }), /no case/],
  [
    'an input of another name',
    (job) => ({ cases: [{ name: 'c', inputs: [{ ...job.cases[0]?.inputs[0], name: 'B' }] }] }),
    /Case "c" gives the inputs "B"; the model wants "A"/,
  ],
  [
    'a missing input',
    () => ({ cases: [{ name: 'c', inputs: [] }] }),
    /gives the inputs none; the model wants "A"/,
  ],
  [
    'a shape that the bytes do not fill',
    (job) => ({ cases: [{ name: 'c', inputs: [{ ...job.cases[0]?.inputs[0], shape: [1, 65] }] }] }),
    /needs 65 bytes; its blob has 64/,
  ],
  [
    'a dtype that the runtime cannot take',
    (job) => ({ cases: [{ name: 'c', inputs: [{ ...job.cases[0]?.inputs[0], dtype: 'int4' }] }] }),
    /int4, which onnxruntime-node cannot/,
  ],
  [
    'a blob that nobody has',
    () => ({ model: { sha256: '0'.repeat(64), bytes: 1 } }),
    /answered 404 for blob 000/,
  ],
  [
    'a blob server that is not there',
    () => ({ model: { sha256: '1'.repeat(64), bytes: 1 }, blobs: { url: 'http://127.0.0.1:1/t' } }),
    /http:\/\/127.0.0.1:1 did not answer/,
  ],
  [
    'a blob server that is not http',
    () => ({ model: { sha256: '1'.repeat(64), bytes: 1 }, blobs: { url: 'file:///etc' } }),
    /over http, not file:/,
  ],
];
test.for(refusals)('%s is a failed answer with its reason', async ([, changes, reason]) => {
  const job = matmulJob(server);
  expect(await failure({ ...job, ...changes(job) })).toMatch(reason);
});

test('a text with a NUL is refused: the binding would cut it', async () => {
  const text = storedInput(server, 'x_string', 'string', [1], Buffer.from([3, 0, 0, 0, 97, 0, 98]));
  const inputs = identityInputs().map((input) => (input.dtype === 'string' ? text : input));
  expect(await failure(jobFor(server, readModel('identity.onnx'), inputs))).toMatch(/"x_string".*NUL/);
});

test('a blob whose bytes changed on the way is refused', async () => {
  const job = matmulJob(server);
  const damaged = server.add(Buffer.from('a model that this agent has never seen'));
  server.blobs.set(damaged.sha256, Buffer.from('a model that this agent has never SEEN'));
  expect(await failure({ ...job, model: damaged })).toMatch(/should have 38 bytes; 38 bytes with hash/);
});

test('taps stand behind the outputs; one that is an output, or is named twice, stands there once', async () => {
  const input = storedInput(server, 'x', 'float32', [1], Buffer.from('0000c03f', 'hex'));
  const job = jobFor(server, readModel('identity-chain.onnx'), [input], { taps: ['t', 'y', 't'] });
  const [outputs] = (await done(job)).cases[0]!.repeats;
  expect(outputs).toEqual([
    { ...input, name: 'y' },
    { ...input, name: 't' },
  ]);
});

test('a tap that holds no tensor is a failed answer', async () => {
  const input = storedInput(server, 'x', 'float32', [2, 2], new Uint8Array(16));
  const model = ODD_MODELS['a sequence between nodes']!;
  expect(await failure(jobFor(server, model, [input], { taps: ['sequence'] }))).toMatch(/tensor type/i);
});

test.for([
  ['bfloat16.onnx', 'bfloat16', 2],
  ['sequence.onnx', 'float32', 4],
] as const)(
  '%s has an output that cannot be handed over: failed, not dropped',
  async ([model, dtype, bytes]) => {
    const input = storedInput(server, 'x', dtype, [1], new Uint8Array(bytes));
    expect(await failure(jobFor(server, readModel(model), [input]))).toMatch(/type|tensor/i);
  },
);

test('a file that is no model fails with the words of the runtime', async () => {
  expect(await failure(jobFor(server, Buffer.from('no model'), []))).toMatch(/protobuf/i);
});

test('a second environment in one process is refused, because the runtime has read the first', async () => {
  const other = new AgentClient();
  const ask = (env: Record<string, string>) =>
    other.ask<JobAnswer>({ id: 1, op: 'run', job: matmulJob(server, { delegate: { ...CPU, env } }) });
  expect((await ask({ SOME_SETTING: '1' })).status).toBe('done');
  expect(await ask({})).toMatchObject({ status: 'failed', reason: expect.stringContaining('fresh agent') });
  await other.end();
});

test('nothing stays behind: no profiles, no files of the telemetry that the runtime has on by default', async () => {
  await done(matmulJob(server));
  await failure({ ...matmulJob(server), cases: [{ name: 'c', inputs: [] }] });
  expect(readdirSync(scratch)).toEqual([]);
});

test.for([
  ['{"id":3,"op":"fly"}', 3, /Unknown op "fly".*probe, run/],
  ['{"id":4}', null, /"op"/],
  ['[]', null, /JSON object/],
  ['{"id":', null, /JSON/],
] as const)('the line %s is answered with an error, and the agent goes on', async ([line, id, message]) => {
  agent.send(line);
  const answer = await agent.receive();
  expect(answer.id).toBe(id);
  expect(answer.error).toMatch(message);
});

test('the agent ends when its input ends, also while a job runs', async () => {
  const leaving = new AgentClient({ TMPDIR: scratch });
  leaving.send({ id: 1, op: 'run', job: matmulJob(server, { repeats: 1_000_000 }) });
  await vi.waitFor(() => expect(readdirSync(scratch)).toHaveLength(1), { timeout: 20_000, interval: 5 });
  await expect(leaving.end()).resolves.toEqual({ code: 0, signal: null });
  expect(readdirSync(scratch)).toEqual([]);
});
