import { type ChildProcess, fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../domain/user-error.ts';
import type { AppiumHostOrder, AppiumHostReport } from './appium-host.ts';
import { compiledRoot } from './compiled-file.ts';
import { freePort } from './free-port.ts';

/** An Appium server that answers. */
export interface AppiumServer {
  /** With the base path, without a trailing slash; may hold userinfo. */
  readonly url: string;
  /** `embedded`: it runs on this machine, and what it starts does too. */
  readonly mode: 'embedded' | 'url';
  readonly version: string;
  /** Process of an embedded server. */
  readonly pid?: number;
  /** Ends the sessions and the process of an embedded server; leaves any other alone. */
  close(): Promise<void>;
}

export interface EmbeddedAppiumOptions {
  readonly appiumHome: string;
  /** Appium's own log, which the error for a server that does not start quotes. */
  readonly logFile: string;
  /** Texts that may not reach the log. */
  readonly secrets?: readonly string[];
  readonly startTimeoutMs?: number;
  readonly closeTimeoutMs?: number;
  /** The compiled appium-host.js. */
  readonly hostModule?: string;
}

const ATTEMPTS = 3;

/**
 * Starts Appium as a child process on 127.0.0.1, below a base path that nobody can guess, and waits until it answers.
 * @throws UserError E_APPIUM_START with the log's last lines
 */
export async function startEmbeddedAppium(options: EmbeddedAppiumOptions): Promise<AppiumServer> {
  await mkdir(path.dirname(options.logFile), { recursive: true });
  let reason = '';
  for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
    const order = {
      appiumHome: options.appiumHome,
      port: await freePort(),
      basePath: `/${randomBytes(16).toString('hex')}`,
      secrets: options.secrets ?? [],
    };
    const child = startHost(options);
    child.send(order satisfies AppiumHostOrder);
    const report = await firstReport(child, options.startTimeoutMs ?? 60_000);
    if (report.status === 'ready') return embedded(child, order, options.closeTimeoutMs ?? 20_000);
    await endHost(child, 1_000);
    reason = report.reason;
    // Another program may take the port between our choice and Appium's listen.
    if (!/EADDRINUSE|port .* in use/i.test(reason)) break;
  }
  throw new UserError(
    'E_APPIUM_START',
    `Appium did not start: ${reason}\n${await lastLines(options.logFile)}`,
    {
      place: { file: options.logFile },
      remedies: ['read the whole log', 'fleetdiff doctor'],
    },
  );
}

/**
 * Takes an Appium server, a Grid hub or a device cloud that runs elsewhere.
 * @throws UserError E_APPIUM_UNREACHABLE
 */
export async function connectAppium(url: string, timeoutMs = 15_000): Promise<AppiumServer> {
  const base = url.replace(/\/+$/, '');
  const shown = withoutUserinfo(base);
  const remedies = ['is it running, and is its base path part of the url?', `curl ${shown}/status`];
  const unreachable = (message: string) => new UserError('E_APPIUM_UNREACHABLE', message, { remedies });
  let response: Response;
  try {
    response = await fetch(`${shown}/status`, {
      headers: authorization(base),
      signal: AbortSignal.timeout(timeoutMs),
    });
  } catch (error) {
    const { cause, message } = error as Error;
    throw unreachable(
      `No Appium server answers at ${shown}: ${cause instanceof Error ? cause.message : message}`,
    );
  }
  if (!response.ok) throw unreachable(`${shown}/status answered ${response.status}, expected 200.`);
  const text = await response.text();
  return { url: base, mode: 'url', version: versionIn(text), close: async () => {} };
}

async function embedded(
  child: ChildProcess,
  { port, basePath }: AppiumHostOrder,
  closeTimeoutMs: number,
): Promise<AppiumServer> {
  const { url, version } = await connectAppium(`http://127.0.0.1:${port}${basePath}`);
  return { url, mode: 'embedded', version, pid: child.pid!, close: () => endHost(child, closeTimeoutMs) };
}

function startHost({
  logFile,
  hostModule = path.join(compiledRoot(), 'fleet', 'appium-host.js'),
}: EmbeddedAppiumOptions) {
  const log = openSync(logFile, 'a');
  try {
    return fork(hostModule, [], {
      // A process group of its own: Ctrl-C in the terminal reaches the harness, which ends Appium in good order.
      detached: true,
      execArgv: [],
      stdio: ['ignore', log, log, 'ipc'],
      env: { ...process.env, NO_COLOR: '1' },
    });
  } finally {
    closeSync(log);
  }
}

async function firstReport(child: ChildProcess, timeoutMs: number): Promise<AppiumHostReport> {
  const waiting = new AbortController();
  const { signal } = waiting;
  try {
    return await Promise.race([
      once(child, 'message', { signal }).then(([message]) => message as AppiumHostReport),
      once(child, 'exit', { signal }).then(
        ([code, killedBy]): AppiumHostReport => ({
          status: 'failed',
          reason: `it ended (${code ?? killedBy})`,
        }),
      ),
      new Promise<AppiumHostReport>((resolve) => {
        const late = { status: 'failed', reason: `it was not ready after ${timeoutMs} ms` } as const;
        const timer = setTimeout(resolve, timeoutMs, late);
        signal.addEventListener('abort', () => clearTimeout(timer));
      }),
    ]);
  } finally {
    waiting.abort();
  }
}

/** Closing the channel is the order to end the sessions and exit; SIGKILL is for a server that does not obey. */
async function endHost(child: ChildProcess, timeoutMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs);
  await exited;
  clearTimeout(timer);
}

async function lastLines(logFile: string): Promise<string> {
  const lines = (await readFile(logFile, 'utf8')).trimEnd().split('\n');
  // The frames of a stack would push what it is about out of sight.
  const telling = lines.filter((line) => !/^\s+at /.test(line)).slice(-8);
  return telling.map((line) => `    ${line.slice(0, 300)}`).join('\n');
}

function withoutUserinfo(url: string): string {
  const parsed = new URL(url);
  parsed.username = '';
  parsed.password = '';
  return parsed.href.replace(/\/+$/, '');
}

function authorization(url: string): Record<string, string> {
  const { username, password } = new URL(url);
  if (!username) return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

function versionIn(status: string): string {
  try {
    const { value } = JSON.parse(status) as { value?: { build?: { version?: unknown } } };
    return typeof value?.build?.version === 'string' ? value.build.version.slice(0, 64) : 'unknown';
  } catch {
    return 'unknown';
  }
}
