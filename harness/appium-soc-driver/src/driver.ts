import { mkdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type {
  DefaultCreateSessionResult,
  DriverData,
  ExecuteMethodMap,
  StringRecord,
  W3CDriverCaps,
} from '@appium/types';
import { BaseDriver, errors } from 'appium/driver.js';
import { AgentProcess } from './agent-process.ts';
import type { SessionRequest } from './capabilities.ts';
import { acceptCapabilities, acceptEnvironment, refuseUnknown, SOC_CONSTRAINTS } from './capabilities.ts';
import { type Launcher, prepareLauncher } from './launch.ts';
import { refusal } from './refusal.ts';
import { pullFromSandbox, pushToSandbox } from './sandbox.ts';
import { makeSessionFolder } from './session-folder.ts';
import { withDeadline } from './with-deadline.ts';

type SocConstraints = typeof SOC_CONSTRAINTS;

/** fleetdiff's compiled agents, as its package lays them out. */
const DEFAULT_AGENT_ROOT = fileURLToPath(new URL('../../../dist/agents', import.meta.url));
const AGENT_START_TIMEOUT_MS = 120_000;

/** Everything that a session owns and that ends with it. */
interface OpenSession {
  readonly request: SessionRequest;
  readonly launcher: Launcher;
  readonly folder: string;
  readonly agent: AgentProcess;
  /** Variables of the delegate that the agent was started for, as a key. */
  readonly environmentKey: string;
}

/** Sessions with fleetdiff's node agent: on this host, on an SoC that qemu-user emulates, or on a board over SSH. */
export class SocDriver extends BaseDriver<SocConstraints> {
  static executeMethodMap = {
    'fleetdiff: probe': { command: 'probe' },
    'fleetdiff: run': { command: 'runJob', params: { required: ['job'] } },
  } as const satisfies ExecuteMethodMap<SocDriver>;

  override desiredCapConstraints = SOC_CONSTRAINTS;
  #session: OpenSession | undefined;
  #folder: string | undefined;
  #probe: unknown;

  override async createSession(
    w3cCapabilities1: W3CDriverCaps<SocConstraints>,
    w3cCapabilities2?: W3CDriverCaps<SocConstraints>,
    w3cCapabilities3?: W3CDriverCaps<SocConstraints>,
    driverData?: DriverData[],
  ): Promise<DefaultCreateSessionResult<SocConstraints>> {
    const created = await super.createSession(
      w3cCapabilities1,
      w3cCapabilities2,
      w3cCapabilities3,
      driverData,
    );
    try {
      const [, capabilities] = created;
      refuseUnknown(capabilities, Object.keys(this._desiredCapConstraints));
      await this.#open(acceptCapabilities(capabilities, DEFAULT_AGENT_ROOT));
      return created;
    } catch (error) {
      await this.deleteSession();
      throw asSessionError(error);
    }
  }

  override async deleteSession(sessionId?: string | null): Promise<void> {
    const session = this.#session;
    const folder = this.#folder;
    this.#session = undefined;
    this.#folder = undefined;
    this.#probe = undefined;
    await session?.agent.end();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
    await super.deleteSession(sessionId);
  }

  async execute(script: string, args: StringRecord[]): Promise<unknown> {
    // Appium takes a result with a key `protocol`, which a ProbeResult has, for an envelope of its own: give it one.
    return { protocol: this.protocol, value: await this.executeMethod(script, args as [StringRecord]) };
  }

  /** `fleetdiff: probe`: what the agent said of itself and its device when the session began. */
  async probe(): Promise<unknown> {
    return this.#probe;
  }

  /** `fleetdiff: run`: passes a job to the agent and its answer back; only the blob server's place is seen and adapted. */
  async runJob(job: unknown): Promise<unknown> {
    const { blobs, environment } = readJob(job);
    const session = await this.#withEnvironment(environment);
    const url = await session.launcher.reachable(blobs.url);
    return asUnknownError(
      session.agent.request('run', { job: { ...(job as object), blobs: { ...blobs, url } } }),
    );
  }

  async pushFile(remotePath: string, payload: string): Promise<void> {
    await pushToSandbox(await this.#sandbox(), remotePath, payload);
  }

  async pullFile(remotePath: string): Promise<string> {
    return pullFromSandbox(await this.#sandbox(), remotePath);
  }

  async #open(request: SessionRequest): Promise<void> {
    this.#folder = await makeSessionFolder(tmpdir());
    const launcher = await prepareLauncher(request, this.#folder);
    this.#session = await this.#start({ request, launcher, folder: this.#folder }, {});
    const probe = await this.#firstAnswer(this.#session);
    expectArch(request, probe);
    this.#probe = probe;
  }

  async #firstAnswer({ agent, launcher }: OpenSession): Promise<unknown> {
    const silence = `The agent did not answer within ${AGENT_START_TIMEOUT_MS / 1000} s.`;
    try {
      return await withDeadline(agent.request('probe'), AGENT_START_TIMEOUT_MS, silence);
    } catch (error) {
      throw launcher.explain(error as Error);
    }
  }

  async #start(
    start: Pick<OpenSession, 'request' | 'launcher' | 'folder'>,
    environment: Readonly<Record<string, string>>,
  ): Promise<OpenSession> {
    const agent = await AgentProcess.start(start.launcher.command(environment), {
      onLogLine: (line) => {
        this.log.debug(`[agent] ${line}`);
        start.launcher.onLogLine(line);
      },
      onDeath: (reason) => this.#onDeath(agent, reason),
    });
    if (this.#folder !== start.folder) {
      // The session was ended while its agent started.
      await agent.end();
      throw new errors.NoSuchDriverError('The session has ended.');
    }
    return { ...start, agent, environmentKey: environmentKey(environment) };
  }

  /**
   * The session with an agent that was started in this environment. Native libraries read theirs once, when they load, so
   * another delegate's environment needs a fresh process.
   */
  async #withEnvironment(environment: Readonly<Record<string, string>>): Promise<OpenSession> {
    const session = this.#openSession();
    if (session.environmentKey === environmentKey(environment)) return session;
    this.log.info('The job wants another environment: starting a fresh agent for it');
    await session.agent.end();
    this.#session = await this.#start(session, environment);
    return this.#session;
  }

  #onDeath(agent: AgentProcess, reason: Error): void {
    // While a session is being created its caller gets the error; later the whole session is gone.
    if (this.#session?.agent !== agent || this.#probe === undefined) return;
    this.log.error(reason.message);
    void this.startUnexpectedShutdown(reason);
  }

  async #sandbox(): Promise<string> {
    const { request, folder } = this.#openSession();
    if (request.launch.kind === 'ssh') {
      throw new errors.UnsupportedOperationError(
        'Files of a board move by its blob tunnel; pushFile and pullFile are for local sessions.',
      );
    }
    const root = path.join(folder, 'files');
    await mkdir(root, { recursive: true });
    return root;
  }

  #openSession(): OpenSession {
    if (!this.#session) throw new errors.NoSuchDriverError('The session has ended.');
    return this.#session;
  }
}

function environmentKey(environment: Readonly<Record<string, string>>): string {
  return JSON.stringify(Object.entries(environment).sort());
}

/** The two parts of a job that concern the driver. */
function readJob(job: unknown): { blobs: { url: string }; environment: Readonly<Record<string, string>> } {
  const { blobs, delegate } = (job ?? {}) as { blobs?: { url?: unknown }; delegate?: { env?: unknown } };
  if (typeof blobs?.url !== 'string' || !URL.canParse(blobs.url)) {
    throw new errors.InvalidArgumentError(
      'fleetdiff: run: the job needs blobs.url, the blob server as a URL.',
    );
  }
  try {
    const environment = acceptEnvironment('delegate.env', delegate?.env ?? {});
    return { blobs: { ...blobs, url: blobs.url }, environment };
  } catch (error) {
    throw new errors.InvalidArgumentError((error as Error).message);
  }
}

/** An emulator that runs another architecture than was asked for must never pass for the SoC. */
function expectArch({ launch }: SessionRequest, probe: unknown): void {
  if (launch.kind !== 'qemu-user') return;
  const arch = (probe as { device?: { arch?: unknown } } | undefined)?.device?.arch;
  if (arch === launch.arch) return;
  throw refusal(`The session asks for ${launch.arch}, but the agent runs on ${String(arch)}.`);
}

function asSessionError(error: unknown): unknown {
  if (error instanceof errors.SessionNotCreatedError) return error;
  return refusal(error instanceof Error ? error.message : String(error));
}

async function asUnknownError(answer: Promise<unknown>): Promise<unknown> {
  try {
    return await answer;
  } catch (error) {
    throw new errors.UnknownError((error as Error).message);
  }
}
