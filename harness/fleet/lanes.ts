import type { JobAnswer, JobResult, ProbeResult } from '../agents/protocol.ts';
import type { Device, TargetName } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';
import type { DeviceSession, JobRequest } from './device-session.ts';
import { plainReason, wholeReason } from './plain-reason.ts';

/** One planned capture: a suite on a target. */
export interface LaneJob {
  readonly suite: string;
  readonly target: TargetName;
  readonly request: JobRequest;
}

/** A device and all that it has to do. A lane has one session at a time; lanes run side by side. */
export interface Lane {
  readonly device: Device;
  readonly jobs: readonly LaneJob[];
}

export type LaneResult = LaneJob & { readonly device: Device; readonly attempts: number } & (
    | {
        readonly status: 'captured';
        readonly probe: ProbeResult;
        readonly result: JobResult;
        /** Session start to the agent's first answer. */
        readonly sessionMs: number;
        readonly jobMs: number;
      }
    | { readonly status: 'failed'; readonly reason: string; readonly detail?: string }
  );

export interface LaneEvent {
  readonly phase: 'queued' | 'session' | 'running' | 'retry' | 'captured' | 'failed';
  readonly target: TargetName;
  readonly suite: string;
  readonly device: string;
  readonly atMs: number;
  /** Why, for `retry` and `failed`. */
  readonly reason?: string;
  /** The whole text that `reason` was taken from, where it says more. */
  readonly detail?: string;
}

/** A time in which a device worked: started a session or did a job. Everything else is the harness's own share. */
export interface WorkInterval {
  readonly device: string;
  readonly kind: 'session' | 'job';
  readonly startMs: number;
  readonly endMs: number;
}

export interface LaneOptions {
  readonly concurrency: number;
  /** Further attempts after lost infrastructure; a numeric difference is never retried. */
  readonly retries: number;
  readonly openSession: (device: Device, signal: AbortSignal) => Promise<DeviceSession>;
  /** Aborted: nothing new is begun, sessions are closed, and what is under way is left undone for a resume. */
  readonly signal: AbortSignal;
  /** Milliseconds, monotonic. */
  readonly clock: () => number;
  readonly onEvent: (event: LaneEvent) => void;
  /** Awaited before the lane goes on, so that a result is kept as soon as it is there. */
  readonly onResult: (result: LaneResult) => Promise<void>;
}

export interface LaneReport {
  readonly intervals: readonly WorkInterval[];
}

interface Opened {
  readonly session: DeviceSession;
  readonly probe: ProbeResult;
  readonly sessionMs: number;
}

type Attempt = { readonly answer: JobAnswer; readonly opened: Opened; readonly jobMs: number };

/** The device itself cannot be had: its other jobs need not be tried. */
class DeviceLost extends Error {}

/**
 * Runs all lanes, at most `concurrency` at once, in their order. A device's trouble is a failed result of its own jobs and
 * stops no other lane; only a defect (an exception of `onResult`) ends the whole, after every session is closed.
 */
export async function runLanes(lanes: readonly Lane[], options: LaneOptions): Promise<LaneReport> {
  const intervals: WorkInterval[] = [];
  for (const { device, jobs } of lanes) for (const job of jobs) emit(options, device, job, 'queued');
  const waiting = [...lanes];
  const worker = async () => {
    for (let lane = waiting.shift(); lane && !options.signal.aborted; lane = waiting.shift()) {
      await runLane(lane, options, intervals);
    }
  };
  const workers = Array.from({ length: Math.max(1, Math.min(options.concurrency, lanes.length)) }, worker);
  const outcomes = await Promise.allSettled(workers);
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return { intervals };
}

async function runLane(
  { device, jobs }: Lane,
  options: LaneOptions,
  intervals: WorkInterval[],
): Promise<void> {
  const lane = new LaneSession(device, options, intervals);
  let lost: string | undefined;
  try {
    for (const job of jobs) {
      if (options.signal.aborted) return;
      const result: LaneResult = lost
        ? { ...job, device, attempts: 0, status: 'failed', reason: lost }
        : await runJob(lane, device, job, options);
      // An aborted job has failed for no fault of the device: it is left undone.
      if (options.signal.aborted && result.status === 'failed') return;
      if (result.status === 'failed' && lane.deviceLost) lost = result.reason;
      await options.onResult(result);
      emit(options, device, job, result.status, result.status === 'failed' ? result : {});
    }
  } finally {
    await lane.close();
  }
}

async function runJob(
  lane: LaneSession,
  device: Device,
  job: LaneJob,
  options: LaneOptions,
): Promise<LaneResult> {
  for (let attempts = 1; ; attempts++) {
    try {
      const { answer, opened, jobMs } = await lane.attempt(job);
      if (answer.status === 'failed')
        return { ...job, device, attempts, status: 'failed', reason: answer.reason };
      const { probe, sessionMs } = opened;
      return { ...job, device, attempts, status: 'captured', probe, result: answer.result, sessionMs, jobMs };
    } catch (error) {
      await lane.close();
      const why = whyOf(error);
      const hopeless = error instanceof UserError || options.signal.aborted;
      if (hopeless || attempts > options.retries) {
        lane.deviceLost = error instanceof DeviceLost || error instanceof UserError;
        return { ...job, device, attempts, status: 'failed', ...why };
      }
      emit(options, device, job, 'retry', why);
    }
  }
}

/** The session of a lane: opened when first needed, kept from job to job, opened again after it was lost. */
class LaneSession {
  deviceLost = false;
  readonly #device: Device;
  readonly #options: LaneOptions;
  readonly #intervals: WorkInterval[];
  #opened: Opened | undefined;

  constructor(device: Device, options: LaneOptions, intervals: WorkInterval[]) {
    this.#device = device;
    this.#options = options;
    this.#intervals = intervals;
  }

  async attempt(job: LaneJob): Promise<Attempt> {
    this.#opened ??= await this.#open(job);
    const opened = this.#opened;
    emit(this.#options, this.#device, job, 'running');
    const startMs = this.#options.clock();
    try {
      const answer = await untilAborted(opened.session.run(job.request), this.#options.signal);
      return { answer, opened, jobMs: this.#options.clock() - startMs };
    } finally {
      this.#worked('job', startMs);
    }
  }

  async close(): Promise<void> {
    const opened = this.#opened;
    this.#opened = undefined;
    await closeQuietly(opened?.session);
  }

  async #open(job: LaneJob): Promise<Opened> {
    const { clock, openSession, signal } = this.#options;
    emit(this.#options, this.#device, job, 'session');
    const startMs = clock();
    let session: DeviceSession | undefined;
    try {
      session = await openSession(this.#device, signal);
      const probe = await untilAborted(session.probe(), signal);
      return { session, probe, sessionMs: clock() - startMs };
    } catch (error) {
      await closeQuietly(session);
      if (error instanceof UserError) throw error;
      const reason = plainReason(error);
      throw new DeviceLost(/^no session\b/i.test(reason) ? reason : `no session: ${reason}`, {
        cause: error,
      });
    } finally {
      this.#worked('session', startMs);
    }
  }

  #worked(kind: WorkInterval['kind'], startMs: number): void {
    this.#intervals.push({ device: this.#device.name, kind, startMs, endMs: this.#options.clock() });
  }
}

/** A session that cannot be closed is a lost one; what it left is cleaned up by folder at the next start. */
async function closeQuietly(session: DeviceSession | undefined): Promise<void> {
  await session?.close().catch(() => {});
}

async function untilAborted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  let stop = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(new Error('interrupted'));
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

function emit(
  options: LaneOptions,
  device: Device,
  job: LaneJob,
  phase: LaneEvent['phase'],
  { reason, detail }: Partial<Why> = {},
): void {
  const { suite, target } = job;
  const why = { ...(reason ? { reason } : {}), ...(detail ? { detail } : {}) };
  options.onEvent({ phase, target, suite, device: device.name, atMs: options.clock(), ...why });
}

type Why = Pick<LaneEvent, 'detail'> & { readonly reason: string };

/** A line for a person, and the whole text for the log where it says more. */
function whyOf(error: unknown): Why {
  const reason = plainReason(error);
  const detail = wholeReason(error instanceof DeviceLost ? error.cause : error);
  return detail === reason ? { reason } : { reason, detail };
}
