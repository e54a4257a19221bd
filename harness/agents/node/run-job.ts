import { readFile } from 'node:fs/promises';
import { type Job, type JobAnswer, type JobResult, PROTOCOL_VERSION } from '../protocol.ts';
import { withTaps } from '../tap-model.ts';
import type { BlobClient } from './blobs.ts';
import { deviceFacts } from './device-facts.ts';
import { applyEnvironment } from './environment.ts';
import { withProfileFolder } from './profile-folder.ts';
import { runCases } from './run-cases.ts';
import { availableProviders, loadRuntime, type Ort } from './runtime.ts';
import { sessionOptions } from './session-options.ts';

/** Runs one job in this process. A job that cannot run is a failed answer, not an exception: the agent stays up. */
export async function runJob(job: unknown, blobs: BlobClient): Promise<JobAnswer> {
  try {
    return { status: 'done', result: await run(acceptJob(job), blobs) };
  } catch (error) {
    return { status: 'failed', reason: error instanceof Error ? error.message : String(error) };
  }
}

async function run(job: Job, blobs: BlobClient): Promise<JobResult> {
  applyEnvironment(job.delegate.env);
  const model = await blobs.fetch(job.blobs.url, job.model);
  const loadStarted = performance.now();
  const ort = loadRuntime();
  acceptProvider(ort, job.delegate.provider);
  return withProfileFolder(async (profileFolder) => {
    const session = await ort.InferenceSession.create(
      withTaps(model, job.taps),
      sessionOptions(job.delegate, profileFolder),
    );
    const loadMs = performance.now() - loadStarted;
    try {
      const ran = await runCases(ort, session, job, blobs, profileFolder);
      await blobs.deliver(job.blobs.url, ran.outputs);
      return {
        protocol: PROTOCOL_VERSION,
        id: job.id,
        device: await deviceFacts(ort),
        placement: ran.placement,
        timings: { loadMs, inferenceMs: ran.inferenceMs },
        peakMemoryBytes: await peakMemoryBytes(),
        cases: ran.cases,
      };
    } finally {
      await session.release();
    }
  });
}

/** Guards of the protocol; the harness has validated everything else before it sends a job. */
function acceptJob(job: unknown): Job {
  if (typeof job !== 'object' || job === null) throw new Error('The request "run" needs a "job".');
  const accepted = job as Job;
  if (accepted.protocol !== PROTOCOL_VERSION) {
    throw new Error(
      `The job speaks protocol ${accepted.protocol}, this agent speaks ${PROTOCOL_VERSION}: harness and agent are of different versions.`,
    );
  }
  if (accepted.delegate.runtime !== 'onnxruntime-node') {
    throw new Error(`The node agent runs onnxruntime-node, not ${accepted.delegate.runtime}.`);
  }
  if (!Number.isInteger(accepted.repeats) || accepted.repeats < 1) {
    throw new Error(`A job runs each case at least once; found repeats: ${accepted.repeats}.`);
  }
  if (accepted.cases.length === 0) throw new Error('The job has no case to run.');
  return accepted;
}

/** The runtime drops a provider that it lacks and computes on the CPU instead; a job must not. */
function acceptProvider(ort: Ort, provider: string): void {
  const available = availableProviders(ort);
  if (available.includes(provider)) return;
  throw new Error(
    `onnxruntime-node has no provider "${provider}" on this device; it has: ${available.join(', ')}.`,
  );
}

/** Highest resident set of this process so far; under qemu-user that includes the emulator. */
async function peakMemoryBytes(): Promise<number> {
  if (process.platform !== 'linux') return process.memoryUsage.rss();
  const peak = /^VmHWM:\s+(\d+) kB$/m.exec(await readFile('/proc/self/status', 'utf8'))?.[1];
  return peak === undefined ? process.memoryUsage.rss() : Number(peak) * 1024;
}
