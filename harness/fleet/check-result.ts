import { type JobAnswer, type JobResult, PROTOCOL_VERSION, type ProbeResult } from '../agents/protocol.ts';
import type { DeviceFacts, Placement } from '../domain/run-files.ts';
import { byteLength, DTYPES, isDType, type StoredTensor } from '../domain/tensor.ts';
import type { BlobPort } from './blob-server.ts';
import type { JobRequest } from './device-session.ts';

/** What a device says is not trusted: everything is checked, bounded and built anew. */
const MAX_TEXT = 512;
const MAX_REASON = 2_000;
const MAX_NODES = 100_000;
const MAX_OUTPUTS = 10_000;
const MAX_DIMENSIONS = 32;
const MAX_FEATURES = 256;

const SHA256 = /^[0-9a-f]{64}$/;
/** C0, C1, and the characters that change the direction of the text around them. */
const CONTROL = /[\p{Cc}\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu;

/** A violation, in words that can follow "the device's answer was refused:". */
class Refusal extends Error {}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The answer to a job as far as it keeps the protocol: the job's own cases in their order, its number of repeats, the same
 * outputs in each, sizes that fit dtype and shape, and every blob in the store with that size. A violation becomes a
 * failed answer that says what was wrong.
 */
export async function checkJobAnswer(
  answer: unknown,
  request: JobRequest,
  blobs: BlobPort,
): Promise<JobAnswer> {
  try {
    const { status, reason, result } = fields(answer, 'the answer');
    if (status === 'failed') return { status: 'failed', reason: text(reason, 'reason', MAX_REASON) };
    if (status !== 'done') throw new Refusal(`status is ${show(status)}, expected "done" or "failed"`);
    return { status: 'done', result: await jobResult(result, request, blobs) };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return { status: 'failed', reason: `the device's answer was refused: ${error.message}` };
  }
}

/** @throws Error when the answer does not keep the protocol: an agent that cannot be understood cannot be used. */
export function checkProbe(answer: unknown): ProbeResult {
  try {
    const { protocol, agentSha256, device, providers } = fields(answer, 'the probe');
    checkProtocol(protocol);
    return {
      protocol: PROTOCOL_VERSION,
      agentSha256: sha256Text(agentSha256, 'agentSha256'),
      device: deviceFacts(device),
      providers: list(providers, 'providers', MAX_FEATURES).map((name) => text(name, 'a provider')),
    };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Error(`the device's probe was refused: ${error.message}`);
  }
}

async function jobResult(value: unknown, request: JobRequest, blobs: BlobPort): Promise<JobResult> {
  const { protocol, id, device, placement, timings, peakMemoryBytes, cases } = fields(value, 'the result');
  checkProtocol(protocol);
  if (id !== request.id) throw new Refusal(`it answers job ${show(id)}, expected ${show(request.id)}`);
  const { loadMs, inferenceMs } = fields(timings, 'timings');
  const checked: JobResult = {
    protocol: PROTOCOL_VERSION,
    id: request.id,
    device: deviceFacts(device),
    placement: placementOf(placement, request.delegate.provider),
    timings: { loadMs: duration(loadMs, 'loadMs'), inferenceMs: duration(inferenceMs, 'inferenceMs') },
    ...(peakMemoryBytes === undefined ? {} : { peakMemoryBytes: count(peakMemoryBytes, 'peakMemoryBytes') }),
    cases: casesOf(cases, request),
  };
  const stored = checked.cases.flatMap((each) => each.repeats.flat());
  await checkBlobs(stored, blobs);
  return checked;
}

function casesOf(value: unknown, request: JobRequest): JobResult['cases'] {
  const answered = list(value, 'cases', Number.MAX_SAFE_INTEGER);
  if (answered.length !== request.cases.length) {
    throw new Refusal(`it holds ${answered.length} cases, expected ${request.cases.length}`);
  }
  let outputs: string | undefined;
  return answered.map((each, index) => {
    const expected = request.cases[index]!.name;
    const { name, repeats } = fields(each, `case ${index}`);
    if (name !== expected) throw new Refusal(`case ${index} is ${show(name)}, expected ${show(expected)}`);
    const runs = list(repeats, `repeats of case "${expected}"`, Number.MAX_SAFE_INTEGER);
    if (runs.length !== request.repeats) {
      throw new Refusal(`case "${expected}" holds ${runs.length} repeats, expected ${request.repeats}`);
    }
    const checked = runs.map((run) => outputsOf(run, expected));
    for (const run of checked) {
      const names = JSON.stringify(run.map((tensor) => tensor.name));
      outputs ??= names;
      if (names !== outputs) throw new Refusal(`case "${expected}" has outputs ${names}, others ${outputs}`);
    }
    return { name: expected, repeats: checked };
  });
}

function outputsOf(value: unknown, caseName: string): readonly StoredTensor[] {
  const tensors = list(value, `outputs of case "${caseName}"`, MAX_OUTPUTS).map(storedTensor);
  if (tensors.length === 0) throw new Refusal(`case "${caseName}" has no output`);
  const names = new Set(tensors.map(({ name }) => name));
  if (names.size !== tensors.length) throw new Refusal(`case "${caseName}" has two outputs of one name`);
  return tensors;
}

function storedTensor(value: unknown): StoredTensor {
  const { name, dtype, shape, sha256, bytes } = fields(value, 'an output');
  const checkedName = tensorName(name);
  const what = `output "${checkedName}"`;
  if (!isDType(dtype))
    throw new Refusal(`${what} has dtype ${show(dtype)}, expected one of ${DTYPES.join(', ')}`);
  const lengths = list(shape, `shape of ${what}`, MAX_DIMENSIONS).map((length) =>
    count(length, `shape of ${what}`),
  );
  const size = count(bytes, `bytes of ${what}`);
  const expected = byteLength(dtype, lengths);
  if (expected !== undefined && size !== expected) {
    throw new Refusal(`${what} is ${dtype} [${lengths}] in ${size} bytes, expected ${expected}`);
  }
  return {
    name: checkedName,
    dtype,
    shape: lengths,
    sha256: sha256Text(sha256, `sha256 of ${what}`),
    bytes: size,
  };
}

async function checkBlobs(tensors: readonly StoredTensor[], blobs: BlobPort): Promise<void> {
  const sizes = new Map<string, number | undefined>();
  for (const { name, sha256, bytes } of tensors) {
    if (!sizes.has(sha256)) sizes.set(sha256, await blobs.size(sha256));
    const size = sizes.get(sha256);
    if (size === undefined) throw new Refusal(`output "${name}": its bytes never arrived (${sha256})`);
    if (size !== bytes) throw new Refusal(`output "${name}" claims ${bytes} bytes, its blob holds ${size}`);
  }
}

function placementOf(value: unknown, requested: string): Placement {
  const { status, nodes } = fields(value, 'placement');
  const placed = list(nodes, 'placement.nodes', MAX_NODES).map((node) => {
    const { name, opType, provider } = fields(node, 'a placed node');
    return {
      name: text(name, "a node's name"),
      opType: text(opType, "a node's opType"),
      provider: text(provider, "a node's provider"),
    };
  });
  if (status !== 'attested' && status !== 'unknown') throw new Refusal(`placement.status is ${show(status)}`);
  // Without a node there is nothing attested, whatever the device says.
  return { requested, status: placed.length === 0 ? 'unknown' : status, nodes: placed };
}

function deviceFacts(value: unknown): DeviceFacts {
  const { soc, arch, isa, os, runtime, host, emulator, adapter, memoryBytes } = fields(value, 'device');
  return {
    soc: text(soc, 'device.soc'),
    arch: text(arch, 'device.arch'),
    isa: list(isa, 'device.isa', MAX_FEATURES).map((feature) => text(feature, 'device.isa').toLowerCase()),
    os: text(os, 'device.os'),
    runtime: nameAndVersion(runtime, 'device.runtime'),
    host: nameAndVersion(host, 'device.host'),
    ...(emulator === undefined ? {} : { emulator: text(emulator, 'device.emulator') }),
    ...(adapter === undefined ? {} : { adapter: text(adapter, 'device.adapter') }),
    ...(memoryBytes === undefined ? {} : { memoryBytes: count(memoryBytes, 'device.memoryBytes') }),
  };
}

function nameAndVersion(value: unknown, what: string): { readonly name: string; readonly version: string } {
  const { name, version } = fields(value, what);
  return { name: text(name, `${what}.name`), version: text(version, `${what}.version`) };
}

function checkProtocol(protocol: unknown): void {
  if (protocol === PROTOCOL_VERSION) return;
  throw new Refusal(`it speaks protocol ${show(protocol)}, expected ${PROTOCOL_VERSION}`);
}

function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal(`${what} is ${show(value)}, expected an object`);
}

function list(value: unknown, what: string, maxLength: number): readonly unknown[] {
  if (!Array.isArray(value)) throw new Refusal(`${what}: ${show(value)}, expected a list`);
  if (value.length > maxLength)
    throw new Refusal(`${what}: ${value.length} entries, at most ${maxLength} are taken`);
  return value;
}

/** Words for people to read: control characters go, and what is too long is cut. */
function text(value: unknown, what: string, maxLength = MAX_TEXT): string {
  if (typeof value !== 'string') throw new Refusal(`${what} is ${show(value)}, expected a text`);
  return value.replace(CONTROL, ' ').slice(0, maxLength);
}

/** A name is an identity and is never altered: one that is not acceptable is refused. */
function tensorName(value: unknown): string {
  if (typeof value !== 'string' || value === '') throw new Refusal(`an output's name is ${show(value)}`);
  if (value.length > MAX_TEXT)
    throw new Refusal(`an output's name has ${value.length} characters, at most ${MAX_TEXT}`);
  if (value.search(CONTROL) >= 0)
    throw new Refusal(`an output's name holds control characters: ${show(value)}`);
  return value;
}

function sha256Text(value: unknown, what: string): string {
  if (typeof value === 'string' && SHA256.test(value)) return value;
  throw new Refusal(`${what} is ${show(value)}, expected 64 lower-case hex digits`);
}

function count(value: unknown, what: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new Refusal(`${what}: ${show(value)}, expected a whole number of 0 or more`);
}

function duration(value: unknown, what: string): number {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw new Refusal(`${what}: ${show(value)}, expected milliseconds`);
}

function show(value: unknown): string {
  const shown = JSON.stringify(value) ?? String(value);
  return shown.replace(CONTROL, ' ').slice(0, 80);
}
