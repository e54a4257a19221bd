import type { ProbeResult } from '../protocol.ts';

/**
 * What a page has to say. Work outlasts any single WebDriver command on the way (Appium's proxy gives up after 240 s), so
 * it is started by one command and asked for by others. Everything passes as JSON text.
 */
export interface PageAgent {
  readonly crossOriginIsolated: boolean;
  startProbe(): void;
  startJob(job: string): void;
  /** The answer as JSON, or null when it is not there after `waitMs`. */
  answer(waitMs: number): Promise<string | null>;
}

/** The hash of the agent is the harness's to add: it is what served these files. */
export type PageProbe = Omit<ProbeResult, 'agentSha256'>;

export type PageAnswer<Value> =
  | { readonly status: 'done'; readonly result: Value }
  | { readonly status: 'failed'; readonly reason: string };

export type WorkerOrder = { readonly kind: 'probe' } | { readonly kind: 'job'; readonly job: string };

let work: Promise<string> | undefined;

const agent: PageAgent = {
  crossOriginIsolated: globalThis.crossOriginIsolated,
  startProbe() {
    work = inWorker({ kind: 'probe' });
  },
  startJob(job) {
    work = inWorker({ kind: 'job', job });
  },
  answer(waitMs) {
    if (!work) return Promise.reject(new Error('nothing was started on this page'));
    const later = new Promise<null>((resolve) => setTimeout(resolve, waitMs, null));
    return Promise.race([work, later]);
  },
};

function inWorker(order: WorkerOrder): Promise<string> {
  const worker = new Worker(new URL('worker.js', import.meta.url), { type: 'module' });
  const answer = new Promise<string>((resolve) => {
    worker.onmessage = ({ data }: MessageEvent<string>) => resolve(data);
    worker.onerror = ({ message }) =>
      resolve(
        JSON.stringify({
          status: 'failed',
          reason: `the worker ended: ${message || 'it could not be loaded'}`,
        }),
      );
  });
  worker.postMessage(order);
  return answer;
}

Object.assign(globalThis, { fleetdiffAgent: agent });
