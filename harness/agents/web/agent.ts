import { type Job, type JobAnswer, PROTOCOL_VERSION, type ProbeResult } from '../protocol.ts';
import { deviceFacts, providersHere } from './device-facts.ts';
import { loadRuntime, runJob, runtimeVersion } from './run-job.ts';

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

let work: Promise<string> | undefined;

const agent: PageAgent = {
  crossOriginIsolated: globalThis.crossOriginIsolated,
  startProbe() {
    work = outcome(probe());
  },
  startJob(job) {
    work = outcome(
      runJob(JSON.parse(job) as Job) satisfies Promise<Extract<JobAnswer, { status: 'done' }>['result']>,
    );
  },
  answer(waitMs) {
    if (!work) return Promise.reject(new Error('nothing was started on this page'));
    const later = new Promise<null>((resolve) => setTimeout(resolve, waitMs, null));
    return Promise.race([work, later]);
  },
};

async function probe(): Promise<PageProbe> {
  const device = await deviceFacts(runtimeVersion(await loadRuntime('wasm')), true);
  return { protocol: PROTOCOL_VERSION, device, providers: providersHere() };
}

async function outcome(running: Promise<unknown>): Promise<string> {
  try {
    return JSON.stringify({ status: 'done', result: await running });
  } catch (error) {
    const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return JSON.stringify({ status: 'failed', reason: reason.slice(0, 2000) });
  }
}

Object.assign(globalThis, { fleetdiffAgent: agent });
