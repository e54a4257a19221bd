import type { Env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-common';
import type { Delegate } from '../../domain/device.ts';
import type { PlacedNode } from '../../domain/run-files.ts';
import type { BlobRef, DType, StoredTensor } from '../../domain/tensor.ts';
import { type Job, type JobResult, PROTOCOL_VERSION } from '../protocol.ts';
import { withTaps } from '../tap-model.ts';
import { deviceFacts } from './device-facts.ts';
import { interceptConsole, placedNodes } from './placement.ts';
import { bytesOf, elementsOf, sha256Of } from './tensor-bytes.ts';

/** What this agent uses of an onnxruntime-web bundle. */
interface Ort {
  readonly env: Env;
  readonly InferenceSession: {
    create(model: Uint8Array, options: InferenceSession.SessionOptions): Promise<InferenceSession>;
  };
  readonly Tensor: new (type: DType, data: OrtTensor['data'], dims: readonly number[]) => OrtTensor;
}

type Outputs = Map<string, Uint8Array<ArrayBuffer>>;

/** Bundles without WebAssembly inside: they load it from `ort/` beside the agent. */
const BUNDLES = { wasm: 'ort.wasm.min.mjs', webgpu: 'ort.webgpu.min.mjs', all: 'ort.all.min.mjs' } as const;

const root = new URL('../../', import.meta.url);

export async function loadRuntime(bundle: keyof typeof BUNDLES): Promise<Ort> {
  const ort = (await import(new URL(`ort/${BUNDLES[bundle]}`, root).href)) as Ort;
  ort.env.wasm.wasmPaths = new URL('ort/', root).href;
  return ort;
}

export function runtimeVersion(ort: Ort): string {
  return ort.env.versions.web ?? ort.env.versions.common;
}

/** Runs a job in a worker that has run none before: onnxruntime-web's settings and its WebAssembly are the thread's, not the session's. */
export async function runJob(job: Job): Promise<JobResult> {
  const { delegate } = job;
  if (job.protocol !== PROTOCOL_VERSION)
    throw new Error(`this agent speaks protocol ${PROTOCOL_VERSION}, not ${job.protocol}`);
  if (delegate.runtime !== 'onnxruntime-web') throw new Error(`a page has no ${delegate.runtime}`);
  if (Object.keys(delegate.env).length > 0)
    throw new Error('a page has no environment variables: remove `env`');

  const [model, inputs] = await Promise.all([fetchBlob(job, job.model), fetchInputs(job)]);
  const linesPrintedBy = interceptConsole();
  const loadStart = performance.now();
  const ort = await loadRuntime(delegate.bundle ?? (delegate.provider === 'wasm' ? 'wasm' : 'webgpu'));
  ort.env.wasm.numThreads = delegate.threads;
  const session = await ort.InferenceSession.create(
    withTaps(new Uint8Array(model), job.taps),
    sessionOptions(delegate),
  );
  const loadMs = performance.now() - loadStart;

  let inferenceMs = 0;
  let nodes: readonly PlacedNode[] | undefined;
  const outputs: Outputs = new Map();
  const cases: JobResult['cases'][number][] = [];
  for (const { name, inputs: stored } of job.cases) {
    const feeds = Object.fromEntries(
      stored.map((input) => [input.name, feed(ort, input, inputs.get(input.sha256)!)]),
    );
    const repeats: StoredTensor[][] = [];
    for (let repeat = 0; repeat < job.repeats; repeat++) {
      const start = performance.now();
      const results = await session.run(feeds);
      inferenceMs += performance.now() - start;
      nodes ??= placedNodes(linesPrintedBy(() => session.endProfiling()));
      repeats.push(await keep(results, session.outputNames, outputs));
    }
    cases.push({ name, repeats });
  }
  await session.release();
  await upload(job, outputs);
  return {
    protocol: PROTOCOL_VERSION,
    id: job.id,
    device: await deviceFacts(runtimeVersion(ort), delegate.provider !== 'wasm'),
    placement: {
      requested: delegate.provider,
      status: nodes && nodes.length > 0 ? 'attested' : 'unknown',
      nodes: nodes ?? [],
    },
    timings: { loadMs, inferenceMs },
    cases,
  };
}

function sessionOptions(delegate: Delegate): InferenceSession.SessionOptions {
  return {
    executionProviders: [delegate.provider],
    graphOptimizationLevel: delegate.optimization,
    enableProfiling: true,
    logSeverityLevel: 3,
    extra: { ...delegate.sessionConfig },
  };
}

function feed(ort: Ort, { dtype, shape }: StoredTensor, bytes: ArrayBuffer): OrtTensor {
  return new ort.Tensor(dtype, elementsOf(dtype, bytes), shape);
}

async function keep(
  results: InferenceSession.OnnxValueMapType,
  names: readonly string[],
  outputs: Outputs,
): Promise<StoredTensor[]> {
  const stored: StoredTensor[] = [];
  for (const name of names) {
    const tensor = results[name] as OrtTensor | undefined;
    if (!tensor || !('dims' in tensor))
      throw new Error(`the runtime gave no tensor for the output "${name}"`);
    const bytes = bytesOf(tensor);
    const sha256 = await sha256Of(bytes);
    // The runtime owns its buffer and may write to it in the next inference.
    if (!outputs.has(sha256)) outputs.set(sha256, bytes.slice());
    stored.push({ name, dtype: tensor.type, shape: [...tensor.dims], sha256, bytes: bytes.byteLength });
  }
  return stored;
}

async function fetchInputs(job: Job): Promise<Map<string, ArrayBuffer>> {
  const refs = new Map(job.cases.flatMap(({ inputs }) => inputs).map((input) => [input.sha256, input]));
  const bytes = await Promise.all([...refs.values()].map((ref) => fetchBlob(job, ref)));
  return new Map([...refs.keys()].map((sha256, index) => [sha256, bytes[index]!]));
}

async function fetchBlob(job: Job, { sha256, bytes }: BlobRef): Promise<ArrayBuffer> {
  const response = await fetch(`${job.blobs.url}/blobs/${sha256}`);
  if (!response.ok) throw new Error(`blob ${sha256}: the harness answered ${response.status}`);
  const buffer = await response.arrayBuffer();
  const found = await sha256Of(new Uint8Array(buffer));
  if (buffer.byteLength === bytes && found === sha256) return buffer;
  throw new Error(`blob ${sha256} arrived as ${buffer.byteLength} bytes that hash to ${found}`);
}

async function upload(job: Job, outputs: Outputs): Promise<void> {
  const asked = await fetch(`${job.blobs.url}/missing`, {
    method: 'POST',
    body: JSON.stringify({ sha256: [...outputs.keys()] }),
  });
  if (!asked.ok) throw new Error(`missing: the harness answered ${asked.status}`);
  const { missing } = (await asked.json()) as { missing: readonly string[] };
  for (const sha256 of missing) {
    const body = outputs.get(sha256)!;
    const response = await fetch(`${job.blobs.url}/blobs/${sha256}`, { method: 'PUT', body });
    if (response.status !== 201) throw new Error(`blob ${sha256}: the harness answered ${response.status}`);
  }
}
