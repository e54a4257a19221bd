import { type Job, PROTOCOL_VERSION } from '../protocol.ts';
import type { PageProbe, WorkerOrder } from './agent.ts';
import { deviceFacts, providersHere } from './device-facts.ts';
import { loadRuntime, runJob, runtimeVersion } from './run-job.ts';

/** Computes off the page's own thread: one inference may take longer than a WebDriver command may wait for the page. */
globalThis.onmessage = async ({ data }: MessageEvent<WorkerOrder>) => {
  globalThis.postMessage(
    await outcome(data.kind === 'probe' ? probe() : runJob(JSON.parse(data.job) as Job)),
  );
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
