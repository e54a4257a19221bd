import type { AppiumServer } from '../config/appium-server.ts';
import { type Device, targetName } from '../domain/device.ts';
import { groupBy } from '../domain/group-by.ts';
import type { Plan, PlannedCapture } from '../domain/run-files.ts';
import { shardTargets } from '../domain/shard.ts';
import { UserError } from '../domain/user-error.ts';
import { type Lane, type LaneEvent, type LaneJob, runLanes, type WorkInterval } from '../fleet/lanes.ts';
import { redactor } from '../fleet/redact.ts';
import { checkParts } from '../provision/check-parts.ts';
import { locateParts } from '../provision/locate-parts.ts';
import { thisMachine } from '../provision/machine.ts';
import { partsNeededBy } from '../provision/parts-needed.ts';
import { type BlobStore, openBlobStore } from '../store/blob-store.ts';
import { openRunLog, type RunLog } from '../store/log.ts';
import { writeCapture } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { type MissingParts, missingPartsOf } from './capture/missing-parts.ts';
import { openFleet } from './capture/open-fleet.ts';
import { redactedLog, secretsOf } from './capture/secrets.ts';
import { captureHead, jobRequest, toCapture } from './capture/to-capture.ts';
import { readDeliveries } from './deliveries.ts';

/** What is told while devices work. */
export type CaptureEvent =
  /** How much the run lacks, and what it holds already; before anything else. */
  | { readonly phase: 'begun'; readonly due: number; readonly held: number; readonly atMs: number }
  | LaneEvent
  | {
      /** This machine lacks a part for it. */
      readonly phase: 'skipped';
      readonly target: string;
      readonly suite: string;
      readonly device: string;
      readonly atMs: number;
      readonly reason: string;
    };

export interface CaptureOptions {
  readonly appium: AppiumServer;
  readonly workFolder: string;
  /** `.fleetdiff` of the working folder. */
  readonly scratchFolder: string;
  /** Devices at work at once. */
  readonly concurrency: number;
  /** Further attempts after a lost session. */
  readonly retries: number;
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  readonly onEvent: (event: CaptureEvent) => void;
  /** What log.ndjson is told, too. */
  readonly onLog?: RunLog;
}

export interface CaptureReport {
  /** Stopped by `signal` with captures still missing. */
  readonly interrupted: boolean;
  /** Wall clock in which at least one device started a session or did a job. */
  readonly deviceMs: number;
  /** Why no device could be reached at all: there is no Appium. Every capture that was due is failed for that reason. */
  readonly trouble?: UserError;
}

const NO_APPIUM = ['E_APPIUM_START', 'E_APPIUM_UNREACHABLE'];

/**
 * Runs what the plan asks for and the run does not hold yet. Each capture is written as soon as it is there; a device's
 * trouble is a failed capture of its own and stops no other.
 */
export async function captureRun(
  run: RunFolder,
  plan: Plan,
  options: CaptureOptions,
): Promise<CaptureReport> {
  const secrets = secretsOf(options.appium, plan.devices, process.env);
  const redact = redactor(secrets);
  const log = redactedLog(redact, openRunLog(run, options.clock), options.onLog ?? (() => {}));
  const blobs = openBlobStore(runPaths.blobs(run));
  const own = ownTargets(plan);
  const pending = (await pendingCaptures(run, plan, blobs)).filter((planned) => own.has(planned.target));
  const held = plan.captures.filter(({ target }) => own.has(target)).length - pending.length;
  options.onEvent({ phase: 'begun', due: pending.length, held, atMs: performance.now() });
  const drivable = await dropUndrivable(run, plan, pending, options);
  const lanes = toLanes(plan, drivable);
  if (lanes.length === 0) return { interrupted: false, deviceMs: 0 };
  const opened = await openFleet({
    appium: options.appium,
    parts: await locateParts(options.workFolder),
    blobs,
    scratchFolder: options.scratchFolder,
    appiumLog: runPaths.appiumLog(run),
    log,
    secrets,
  }).catch((error: unknown) => noAppium(error, redact));
  if (opened instanceof UserError) return failAll(run, plan, drivable, opened, options);
  const fleet = opened;
  let written = 0;
  try {
    const { intervals } = await runLanes(lanes, {
      concurrency: options.concurrency,
      retries: options.retries,
      openSession: fleet.openSession,
      signal: options.signal,
      clock: () => performance.now(),
      onEvent: (event) => {
        log('device', { ...event });
        options.onEvent(redactedEvent(event, redact));
      },
      onResult: async (result) => {
        const told = result.status === 'failed' ? { ...result, reason: redact(result.reason) } : result;
        await writeCapture(run, toCapture(told, plan, fleet.context, options.clock()));
        written += 1;
      },
    });
    return {
      interrupted: options.signal.aborted && written < drivable.length,
      deviceMs: unionMs(intervals),
    };
  } finally {
    await fleet.close();
  }
}

/** The targets that this run captures: all of the plan, or those of its shard. */
function ownTargets({ devices, captures, shard }: Plan): ReadonlySet<string> {
  return shard === undefined ? new Set(captures.map(({ target }) => target)) : shardTargets(devices, shard);
}

function redactedEvent(event: LaneEvent, redact: (text: string) => string): LaneEvent {
  const { reason, detail } = event;
  return {
    ...event,
    ...(reason === undefined ? {} : { reason: redact(reason) }),
    ...(detail === undefined ? {} : { detail: redact(detail) }),
  };
}

/** What the run does not hold whole: a capture is done when every output that it names is in the store. */
async function pendingCaptures(
  run: RunFolder,
  plan: Plan,
  blobs: BlobStore,
): Promise<readonly PlannedCapture[]> {
  const deliveries = await readDeliveries(run, plan);
  const done = await Promise.all(
    deliveries.map(async (delivery) => {
      if (delivery.status !== 'captured') return false;
      const outputs = delivery.capture.cases.flatMap(({ repeats }) => repeats.flat());
      const present = await Promise.all(outputs.map(({ sha256 }) => blobs.has(sha256)));
      return present.every(Boolean);
    }),
  );
  return deliveries.filter((_, index) => !done[index]).map(({ planned }) => planned);
}

/** No Appium is an incomplete run like any device that cannot be had; every other error is thrown on. */
function noAppium(error: unknown, redact: (text: string) => string): UserError {
  if (!(error instanceof UserError) || !NO_APPIUM.includes(error.code)) throw error;
  const { code, message, place, remedies } = error;
  return new UserError(code, redact(message), { ...(place ? { place } : {}), remedies });
}

/** Told once, by the report's `trouble`, and not once per target. */
async function failAll(
  run: RunFolder,
  plan: Plan,
  captures: readonly PlannedCapture[],
  trouble: UserError,
  { clock }: CaptureOptions,
): Promise<CaptureReport> {
  const reason = trouble.message.split('\n')[0]!;
  for (const { suite, target } of captures) {
    await writeCapture(run, {
      ...captureHead(plan, suite, target, clock()),
      status: 'failed',
      reason,
      attempts: 0,
    });
  }
  return { interrupted: false, deviceMs: 0, trouble };
}

/** Captures of targets that this machine lacks a part for are written at once: skipped when optional, else failed. */
async function dropUndrivable(
  run: RunFolder,
  plan: Plan,
  pending: readonly PlannedCapture[],
  options: CaptureOptions,
): Promise<readonly PlannedCapture[]> {
  // A server elsewhere has parts of its own, which nobody here can see.
  if (options.appium.mode === 'url') return pending;
  const { arch } = thisMachine();
  const ids = [...new Set(plan.devices.flatMap((device) => partsNeededBy(device, arch)))];
  const statuses = await checkParts(options.workFolder, ids);
  const drivable: PlannedCapture[] = [];
  for (const planned of pending) {
    const { device, delegate } = targetOf(plan, planned.target);
    const missing = missingPartsOf(device, delegate, statuses, arch);
    if (missing) await writeUndrivable(run, plan, planned, missing, device, options);
    else drivable.push(planned);
  }
  return drivable;
}

async function writeUndrivable(
  run: RunFolder,
  plan: Plan,
  planned: PlannedCapture,
  missing: MissingParts,
  device: Device,
  options: CaptureOptions,
): Promise<void> {
  const { suite, target } = planned;
  const head = captureHead(plan, suite, target, options.clock());
  const reason = `${missing.reason}; provide it:  ${missing.remedy}`;
  await writeCapture(
    run,
    planned.optional
      ? { ...head, status: 'skipped', ...missing }
      : { ...head, status: 'failed', reason, attempts: 0 },
  );
  const phase = planned.optional ? 'skipped' : 'failed';
  options.onEvent({ phase, target, suite, device: device.name, atMs: performance.now(), reason });
}

/** One lane a device. The slowest kinds start first, so that no lane is left alone at the end. */
function toLanes(plan: Plan, pending: readonly PlannedCapture[]): readonly Lane[] {
  const suites = new Map(plan.suites.map((suite) => [suite.name, suite]));
  const byDevice = groupBy(pending, ({ target }) => targetOf(plan, target).device);
  return [...byDevice]
    .map(
      ([device, captures]): Lane => ({
        device,
        jobs: captures.map(({ suite, target }): LaneJob => {
          const { delegate } = targetOf(plan, target);
          return { suite, target, request: jobRequest(suites.get(suite)!, delegate, plan.repeats) };
        }),
      }),
    )
    .sort((left, right) => effort(right) - effort(left));
}

/** A guess of how long a lane takes, in whatever unit: emulation and software GPUs are slow. */
function effort({ device, jobs }: Lane): number {
  const session = device.launch?.kind === 'emulator' ? 8 : 1;
  const gpu = jobs.filter(({ request }) => request.delegate.provider === 'webgpu').length;
  return session + jobs.length + 12 * gpu;
}

function targetOf(plan: Plan, target: string) {
  for (const device of plan.devices) {
    const delegate = device.delegates.find(({ name }) => targetName(device.name, name) === target);
    if (delegate) return { device, delegate };
  }
  throw new Error(`the plan has a capture of ${target} and no such target`);
}

/** Length of the union of the intervals. */
function unionMs(intervals: readonly WorkInterval[]): number {
  let end = Number.NEGATIVE_INFINITY;
  let total = 0;
  for (const interval of [...intervals].sort((left, right) => left.startMs - right.startMs)) {
    total += Math.max(0, interval.endMs - Math.max(end, interval.startMs));
    end = Math.max(end, interval.endMs);
  }
  return total;
}
