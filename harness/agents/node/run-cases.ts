import type { InferenceSession } from 'onnxruntime-node';
import type { Placement } from '../../domain/run-files.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import type { Job } from '../protocol.ts';
import { type BlobClient, sha256Of } from './blobs.ts';
import { readPlacement } from './placement.ts';
import type { Ort } from './runtime.ts';
import { fromRuntimeTensor, toRuntimeTensor } from './tensors.ts';

interface Ran {
  readonly cases: readonly { readonly name: string; readonly repeats: readonly StoredTensor[][] }[];
  /** Bytes of every distinct output by hash: repeats that agree are held once. */
  readonly outputs: ReadonlyMap<string, Uint8Array>;
  readonly placement: Placement;
  readonly inferenceMs: number;
}

/** Every case of the job, `repeats` times each, in one session. Only the first inference is profiled: it tells the placement. */
export async function runCases(
  ort: Ort,
  session: InferenceSession,
  job: Job,
  blobs: BlobClient,
  profileFolder: string,
): Promise<Ran> {
  const outputs = new Map<string, Uint8Array>();
  const cases: { name: string; repeats: StoredTensor[][] }[] = [];
  let placement: Placement | undefined;
  let inferenceMs = 0;
  for (const { name, inputs } of job.cases) {
    const feeds = await readFeeds(ort, session, name, inputs, (input) => blobs.fetch(job.blobs.url, input));
    const repeats: StoredTensor[][] = [];
    for (let repeat = 0; repeat < job.repeats; repeat += 1) {
      const started = performance.now();
      const results = await session.run(feeds);
      inferenceMs += performance.now() - started;
      repeats.push(storeOutputs(session, results, outputs));
      if (placement) continue;
      session.endProfiling();
      placement = await readPlacement(profileFolder, job.delegate.provider);
    }
    cases.push({ name, repeats });
  }
  const nobodyRan: Placement = { requested: job.delegate.provider, status: 'unknown', nodes: [] };
  return { cases, outputs, placement: placement ?? nobodyRan, inferenceMs };
}

async function readFeeds(
  ort: Ort,
  session: InferenceSession,
  caseName: string,
  inputs: readonly StoredTensor[],
  fetch: (input: StoredTensor) => Promise<Uint8Array>,
): Promise<InferenceSession.FeedsType> {
  const given = inputs.map((input) => input.name).sort();
  const wanted = [...session.inputNames].sort();
  if (JSON.stringify(given) !== JSON.stringify(wanted)) {
    throw new Error(
      `Case "${caseName}" gives the inputs ${quoted(given)}; the model wants ${quoted(wanted)}.`,
    );
  }
  const feeds: Record<string, InferenceSession.FeedsType[string]> = {};
  for (const input of inputs) feeds[input.name] = toRuntimeTensor(ort, input, await fetch(input));
  return feeds;
}

/** All outputs in the model's order; their bytes go into `outputs`. */
function storeOutputs(
  session: InferenceSession,
  results: InferenceSession.ReturnType,
  outputs: Map<string, Uint8Array>,
): StoredTensor[] {
  return session.outputNames.map((name) => {
    const value = results[name];
    if (!value || !('dims' in value)) throw new Error(`The runtime gave no tensor for the output "${name}".`);
    const { data, ...header } = fromRuntimeTensor(name, value);
    const sha256 = sha256Of(data);
    outputs.set(sha256, data);
    return { ...header, sha256, bytes: data.length };
  });
}

function quoted(names: readonly string[]): string {
  return names.map((name) => `"${name}"`).join(', ') || 'none';
}
