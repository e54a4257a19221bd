import path from 'node:path';
import type { AppiumServer } from '../../config/appium-server.ts';
import { type Device, type TargetName, targetName } from '../../domain/device.ts';
import type { Plan } from '../../domain/run-files.ts';
import { UserError } from '../../domain/user-error.ts';
import type { DeviceSession } from '../../fleet/device-session.ts';
import { plainReason } from '../../fleet/plain-reason.ts';
import { redactor } from '../../fleet/redact.ts';
import { checkParts } from '../../provision/check-parts.ts';
import { locateParts } from '../../provision/locate-parts.ts';
import { thisMachine } from '../../provision/machine.ts';
import { partsNeededBy } from '../../provision/parts-needed.ts';
import type { BlobStore } from '../../store/blob-store.ts';
import { openRunLog, type RunLog } from '../../store/log.ts';
import { type RunFolder, runPaths } from '../../store/run-folder.ts';
import type { ModelAnswer, ModelRun, ModelRunner } from '../localize/model-runner.ts';
import { REFERENCE_DEVICE } from '../plan/reference-device.ts';
import { missingPartsOf } from './missing-parts.ts';
import { type OpenFleet, openFleet } from './open-fleet.ts';
import { redactedLog, secretsOf } from './secrets.ts';

export interface RunnerOptions {
  readonly appium: AppiumServer;
  readonly workFolder: string;
  readonly scratchFolder: string;
  readonly blobs: BlobStore;
  readonly signal: AbortSignal;
  readonly clock: () => Date;
  /** What log.ndjson is told, too. */
  readonly onLog?: RunLog;
}

/** The targets of a plan, and the built-in reference, as things that run models. Sessions open when first needed. */
export interface Runners {
  /** @throws UserError E_TARGET_UNKNOWN, E_PART_MISSING */
  runnerOf(target: TargetName): Promise<ModelRunner>;
  close(): Promise<void>;
}

export async function openRunners(run: RunFolder, plan: Plan, options: RunnerOptions): Promise<Runners> {
  const secrets = secretsOf(options.appium, plan.devices, process.env);
  const redact = redactor(secrets);
  const fleet = await openFleet({
    appium: options.appium,
    parts: await locateParts(options.workFolder),
    blobs: options.blobs,
    scratchFolder: options.scratchFolder,
    appiumLog: runPaths.appiumLog(run),
    log: redactedLog(redact, openRunLog(run, options.clock), options.onLog ?? (() => {})),
    secrets,
  });
  // One session a device: a second one on a phone would end the first.
  const lanes = new Map<string, SessionHolder>();
  return {
    async runnerOf(target) {
      const { device, delegate } = targetOf(plan, target);
      if (options.appium.mode === 'embedded') await refuseWithoutParts(device, delegate, options.workFolder);
      const lane = lanes.get(device.name) ?? new SessionHolder(device, fleet, options.signal);
      lanes.set(device.name, lane);
      return {
        target,
        delegate,
        run: (asked) => answerTo(asked, delegate, lane, redact),
        renew: () => lane.close(),
      };
    },
    async close() {
      for (const lane of lanes.values()) await lane.close();
      await fleet.close();
    },
  };
}

async function answerTo(
  asked: ModelRun,
  own: ModelRunner['delegate'],
  lane: SessionHolder,
  redact: (text: string) => string,
): Promise<ModelAnswer> {
  const { model, cases, taps = [], repeats = 1, change } = asked;
  const delegate = { ...own, ...change, sessionConfig: { ...own.sessionConfig, ...change?.sessionConfig } };
  const answer = await lane.use((session) =>
    session.run({ id: 'localize', model, delegate, cases, repeats, taps }),
  );
  if (answer.status === 'failed') return { status: 'failed', reason: redact(answer.reason) };
  const { placement, device } = answer.result;
  return {
    status: 'done',
    placement,
    device,
    cases: answer.result.cases.map((each) => ({ case: each.name, repeats: each.repeats })),
  };
}

/** The session of a device: opened when first needed, opened once more when it was lost. */
class SessionHolder {
  readonly #device: Device;
  readonly #fleet: OpenFleet;
  readonly #signal: AbortSignal;
  #session: DeviceSession | undefined;

  constructor(device: Device, fleet: OpenFleet, signal: AbortSignal) {
    this.#device = device;
    this.#fleet = fleet;
    this.#signal = signal;
  }

  async use<T>(work: (session: DeviceSession) => Promise<T>): Promise<T> {
    try {
      return await this.#attempt(work);
    } catch (error) {
      await this.close();
      if (error instanceof UserError || this.#signal.aborted) throw error;
      return this.#attempt(work).catch(async (again: unknown) => {
        await this.close();
        throw again instanceof UserError ? again : lost(this.#device, again);
      });
    }
  }

  async close(): Promise<void> {
    const session = this.#session;
    this.#session = undefined;
    // A session that cannot be closed is a lost one; what it left is cleaned up at the next start.
    await session?.close().catch(() => {});
  }

  async #attempt<T>(work: (session: DeviceSession) => Promise<T>): Promise<T> {
    this.#session ??= await this.#fleet.openSession(this.#device, this.#signal);
    const session = this.#session;
    const stop = () => void this.close();
    this.#signal.addEventListener('abort', stop, { once: true });
    try {
      return await work(session);
    } finally {
      this.#signal.removeEventListener('abort', stop);
    }
  }
}

function lost(device: Device, error: unknown): UserError {
  return new UserError('E_DEVICE_LOST', `Device "${device.name}" was lost twice: ${plainReason(error)}`, {
    place: device.place,
    remedies: [`ask it what it is:  fleetdiff devices --probe`],
  });
}

function targetOf(plan: Plan, target: TargetName) {
  for (const device of [...plan.devices, REFERENCE_DEVICE]) {
    const delegate = device.delegates.find(({ name }) => targetName(device.name, name) === target);
    if (delegate) return { device, delegate };
  }
  throw new UserError('E_TARGET_UNKNOWN', `The run has no target "${target}".`, {
    remedies: [`its targets are: ${plan.captures.map((each) => each.target).join(', ')}`],
  });
}

async function refuseWithoutParts(
  device: Device,
  delegate: Device['delegates'][number],
  workFolder: string,
): Promise<void> {
  const { arch } = thisMachine();
  const statuses = await checkParts(path.resolve(workFolder), partsNeededBy(device, arch, delegate));
  const missing = missingPartsOf(device, delegate, statuses, arch);
  if (!missing) return;
  throw new UserError('E_PART_MISSING', `Device "${device.name}" cannot be reached: ${missing.reason}.`, {
    place: device.place,
    remedies: [missing.remedy],
  });
}
