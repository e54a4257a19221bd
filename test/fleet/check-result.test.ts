import { describe, expect, test } from 'vitest';
import { checkJobAnswer, checkProbe } from '../../harness/fleet/check-result.ts';
import type { JobRequest } from '../../harness/fleet/device-session.ts';
import { memoryBlobs } from './memory-blobs.ts';

const blobs = memoryBlobs();
const eightBytes = blobs.put(Buffer.from([0, 0, 128, 63, 0, 0, 0, 64]));

const request: JobRequest = {
  id: 'job-1',
  model: { sha256: 'c'.repeat(64), bytes: 1 },
  delegate: {
    name: 'wasm',
    runtime: 'onnxruntime-web',
    provider: 'wasm',
    threads: 1,
    optimization: 'all',
    sessionConfig: {},
    env: {},
  },
  cases: [
    { name: 'first', inputs: [] },
    { name: 'second', inputs: [] },
  ],
  repeats: 2,
  taps: [],
};

const output = () => ({ name: 'logits', dtype: 'float32', shape: [1, 2], ...eightBytes });
const device = () => ({
  soc: 'Some SoC',
  arch: 'x86_64',
  isa: ['wasm32'],
  os: 'Linux',
  runtime: { name: 'onnxruntime-web', version: '1.30.0' },
  host: { name: 'Chromium', version: '156' },
});
const answer = () => ({
  status: 'done',
  result: {
    protocol: 1,
    id: 'job-1',
    device: device(),
    placement: {
      requested: 'whatever the device says',
      status: 'attested',
      nodes: [{ name: 'conv', opType: 'Conv', provider: 'CPUExecutionProvider' }],
    },
    timings: { loadMs: 1.5, inferenceMs: 0 },
    cases: [
      { name: 'first', repeats: [[output()], [output()]] },
      { name: 'second', repeats: [[output()], [output()]] },
    ],
  },
});

type Json = Record<string, unknown>;

const FIRST = 'result.cases.0.repeats.0.0';
const NODES = 'result.placement.nodes';
const ABSENT = Symbol('absent');

/** The value with what stands at `path` replaced. */
function damaged(value: unknown, path: string, replacement: unknown): unknown {
  const [key, ...rest] = path.split('.');
  if (!key) return replacement;
  const copy: Json = Array.isArray(value) ? ([...value] as unknown as Json) : { ...(value as Json) };
  const inner = rest.length > 0 ? damaged(copy[key], rest.join('.'), replacement) : replacement;
  if (inner === ABSENT) delete copy[key];
  else copy[key] = inner;
  return copy;
}

test('a sound answer is taken, with the provider that was asked for and nothing that was not', async () => {
  const given = damaged(damaged(answer(), 'result.extra', 'x'), `${FIRST}.extra`, 'x');
  expect(await checkJobAnswer(given, request, blobs)).toEqual(
    damaged(answer(), 'result.placement.requested', 'wasm'),
  );
});

const caseNamed = (name: string) => ({ name, repeats: [[output()], [output()]] });

test.for<[damage: string, path: string, replacement: unknown, reason: RegExp]>([
  ['a text', '', 'done', /the answer is "done"/],
  ['null', '', null, /the answer is null/],
  ['a list', '', [], /the answer is \[\]/],
  ['an unknown status', 'status', 'ok', /status is "ok"/],
  ['no result', 'result', ABSENT, /the result is undefined/],
  ['another protocol', 'result.protocol', 2, /protocol 2, expected 1/],
  ['another job', 'result.id', 'job-2', /job "job-2", expected "job-1"/],
  ['no device', 'result.device', ABSENT, /device is undefined/],
  ['a case too few', 'result.cases', [caseNamed('first')], /1 cases, expected 2/],
  ['a case too many', 'result.cases', ['first', 'second', 'x'].map(caseNamed), /3 cases, expected 2/],
  [
    'another order',
    'result.cases',
    ['second', 'first'].map(caseNamed),
    /case 0 is "second", expected "first"/,
  ],
  ['a repeat too few', 'result.cases.1.repeats', [[output()]], /"second" holds 1 repeats, expected 2/],
  ['no output', 'result.cases.0.repeats.0', [], /"first" has no output/],
  ['one name twice', 'result.cases.0.repeats.0', [output(), output()], /two outputs of one name/],
  [
    'other outputs in a repeat',
    'result.cases.1.repeats.1.0.name',
    'y',
    /outputs \["y"\], others \["logits"\]/,
  ],
  ['an empty name', `${FIRST}.name`, '', /name is ""/],
  ['a name too long', `${FIRST}.name`, 'x'.repeat(513), /513 characters/],
  ['an escape sequence in a name', `${FIRST}.name`, '\u001b[2Jx', /control characters/],
  ['a reversed name', `${FIRST}.name`, 'x\u202ey', /control characters/],
  ['an unknown dtype', `${FIRST}.dtype`, 'complex64', /dtype "complex64"/],
  ['a negative dimension', `${FIRST}.shape`, [-1, -2], /shape of output "logits": -1/],
  ['half a dimension', `${FIRST}.shape`, [0.5, 4], /shape of output "logits": 0.5/],
  ['a shape of text', `${FIRST}.shape`, '12', /expected a list/],
  ['too many dimensions', `${FIRST}.shape`, new Array(33).fill(1), /33 entries/],
  ['a shape that does not fit', `${FIRST}.shape`, [1, 3], /in 8 bytes, expected 12/],
  ['a dtype that does not fit', `${FIRST}.dtype`, 'float16', /in 8 bytes, expected 4/],
  ['a product beyond exact integers', `${FIRST}.shape`, [2 ** 30, 2 ** 30], /in 8 bytes/],
  ['no hash', `${FIRST}.sha256`, '../../etc/passwd', /64 lower-case hex digits/],
  ['a blob that never arrived', `${FIRST}.sha256`, 'd'.repeat(64), /never arrived/],
  [
    'another length than its blob',
    FIRST,
    { ...output(), bytes: 4, shape: [1] },
    /claims 4 bytes, its blob holds 8/,
  ],
  ['NaN milliseconds', 'result.timings.loadMs', Number.NaN, /loadMs: null/],
  ['negative milliseconds', 'result.timings.inferenceMs', -1, /inferenceMs: -1/],
  ['endless memory', 'result.peakMemoryBytes', Number.POSITIVE_INFINITY, /peakMemoryBytes/],
  ['an unknown placement', 'result.placement.status', 'sure', /placement.status is "sure"/],
  ['a node without provider', `${NODES}.0.provider`, ABSENT, /provider is undefined/],
  ['too many nodes', NODES, new Array(100_001).fill({}), /100001 entries/],
])('refuses %s', async ([, path, replacement, reason]) => {
  const checked = await checkJobAnswer(damaged(answer(), path, replacement), request, blobs);
  expect(checked).toMatchObject({ status: 'failed', reason: expect.stringMatching(reason) });
  expect(checked).toMatchObject({ reason: expect.stringMatching(/^the device's answer was refused: /) });
});

test('a placement without nodes attests nothing', async () => {
  const checked = await checkJobAnswer(damaged(answer(), NODES, []), request, blobs);
  expect(checked).toMatchObject({ status: 'done', result: { placement: { status: 'unknown' } } });
});

test('a reason is kept, without what could drive a terminal', async () => {
  const checked = await checkJobAnswer(
    { status: 'failed', reason: 'no\u001b[31m memory\u0007' },
    request,
    blobs,
  );
  expect(checked).toEqual({ status: 'failed', reason: 'no [31m memory ' });
});

test('an error of the store is ours and is thrown', async () => {
  const broken = { ...blobs, size: () => Promise.reject(new Error('disk')) };
  await expect(checkJobAnswer(answer(), request, broken)).rejects.toThrow('disk');
});

describe('a probe', () => {
  const probe = () => ({ protocol: 1, agentSha256: 'e'.repeat(64), device: device(), providers: ['cpu'] });

  test('is taken, bounded and without control characters', () => {
    const given = damaged(probe(), 'device', { ...device(), soc: `A\n${'x'.repeat(600)}`, isa: ['AVX2'] });
    const checked = checkProbe(given);
    expect(checked.device.soc).toBe(`A ${'x'.repeat(510)}`);
    expect(checked.device.isa).toEqual(['avx2']);
  });

  test.for<[damage: string, path: string, replacement: unknown, reason: RegExp]>([
    ['another protocol', 'protocol', '1', /protocol "1"/],
    ['no agent hash', 'agentSha256', ABSENT, /agentSha256 is undefined/],
    ['features that are no list', 'device.isa', 'avx2', /device.isa/],
    ['a runtime without version', 'device.runtime.version', ABSENT, /runtime.version/],
    ['memory below zero', 'device.memoryBytes', -1, /memoryBytes/],
  ])('with %s is refused', ([, path, replacement, reason]) => {
    const given = damaged(probe(), path, replacement);
    expect(() => checkProbe(given)).toThrow(reason);
    expect(() => checkProbe(given)).toThrow(/^the device's probe was refused/);
  });
});
