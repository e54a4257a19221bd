import { BlobClient } from '../harness/agents/node/blobs.ts';
import { runJob } from '../harness/agents/node/run-job.ts';
import { type JobAnswer, PROTOCOL_VERSION } from '../harness/agents/protocol.ts';
import type { Delegate } from '../harness/domain/device.ts';
import type { BlobRef } from '../harness/domain/tensor.ts';
import type { ModelRun, ModelRunner } from '../harness/stages/localize/model-runner.ts';
import type { BlobStore } from '../harness/store/blob-store.ts';

/** The agent's blobs straight from a store, with no server between. */
class StoreBlobs extends BlobClient {
  readonly #store: BlobStore;

  constructor(store: BlobStore) {
    super();
    this.#store = store;
  }

  override fetch(_url: string, blob: BlobRef): Promise<Uint8Array> {
    return this.#store.load(blob);
  }

  override async deliver(_url: string, blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
    for (const bytes of blobs.values()) await this.#store.put(bytes);
  }
}

export const CPU: Delegate = {
  name: 'cpu',
  runtime: 'onnxruntime-node',
  provider: 'cpu',
  threads: 1,
  optimization: 'all',
  sessionConfig: {},
  env: {},
};

export interface InProcess {
  readonly target: string;
  readonly delegate?: Partial<Delegate>;
  /** What this target does to every model before it runs: a planted defect. */
  readonly spoil?: (model: Uint8Array) => Uint8Array;
  /** Told of every run. */
  readonly onRun?: (asked: ModelRun) => void;
}

/** A target in this process: the real agent and the real runtime, no session between. */
export function inProcessRunner(
  blobs: BlobStore,
  { target, delegate, spoil, onRun }: InProcess,
): ModelRunner {
  const own: Delegate = { ...CPU, ...delegate };
  return {
    target,
    delegate: own,
    async run(asked) {
      onRun?.(asked);
      const { cases, taps = [], repeats = 1, change } = asked;
      const model = spoil ? await blobs.put(spoil(await blobs.load(asked.model))) : asked.model;
      const answer: JobAnswer = await runJob(
        {
          protocol: PROTOCOL_VERSION,
          id: 'test',
          blobs: { url: 'http://in-process' },
          model,
          cases,
          repeats,
          taps,
          delegate: { ...own, ...change, sessionConfig: { ...own.sessionConfig, ...change?.sessionConfig } },
        },
        new StoreBlobs(blobs),
      );
      if (answer.status === 'failed') return answer;
      const { placement, device } = answer.result;
      return {
        status: 'done',
        placement,
        device,
        cases: answer.result.cases.map((each) => ({ case: each.name, repeats: each.repeats })),
      };
    },
    renew: async () => {},
  };
}
