import { statSync } from 'node:fs';
import path from 'node:path';
import type { Constraints } from '@appium/types';
import { nearestName } from './nearest-name.ts';
import { refusal } from './refusal.ts';

/** The session's capabilities (all with the prefix `appium:` in a request), checked by Appium's own validator first. */
export const SOC_CONSTRAINTS = {
  deviceName: { presence: true, isString: true },
  launch: { presence: true, isString: true, inclusion: ['host', 'qemu-user', 'ssh'] },
  arch: { isString: true, inclusion: ['x86_64', 'aarch64'] },
  cpu: { isString: true },
  emulator: { isObject: true },
  ssh: { isObject: true },
  agentRoot: { isString: true },
  runtimeModules: { isString: true },
  env: { isObject: true },
  blobServer: { isString: true },
} as const satisfies Constraints;

export type Arch = 'x86_64' | 'aarch64';

/** Absolute paths on the Appium host. */
interface EmulatorParts {
  readonly binary: string;
  /** Folder that holds the guest's loader and libraries; absent: the host's own. */
  readonly sysroot?: string;
  /** Node built for the guest. */
  readonly node: string;
}

export interface SshBoard {
  /** `user@host` or an alias of the user's ssh configuration. */
  readonly destination: string;
  readonly port?: number;
  readonly identityFile?: string;
  readonly knownHostsFile?: string;
  /** Node's command on the board. */
  readonly node: string;
}

export type LaunchRequest =
  | { readonly kind: 'host' }
  | {
      readonly kind: 'qemu-user';
      readonly arch: Arch;
      readonly cpu: string;
      readonly emulator: EmulatorParts;
    }
  | { readonly kind: 'ssh'; readonly board: SshBoard; readonly blobServer?: string };

/** A session request that makes sense: which process to start, and with what. */
export interface SessionRequest {
  readonly launch: LaunchRequest;
  /** Folder that holds protocol.js and node/main.js. */
  readonly agentRoot: string;
  /** node_modules folder to take onnxruntime-node from; absent: Node's lookup from the agent's own place. */
  readonly runtimeModules?: string;
  readonly env: Readonly<Record<string, string>>;
}

type Capabilities = Readonly<Record<string, unknown>>;

/** Which capabilities belong to which launch; the others mean a mistake. */
const OWN: Readonly<Record<LaunchRequest['kind'], readonly string[]>> = {
  host: [],
  'qemu-user': ['arch', 'cpu', 'emulator'],
  ssh: ['ssh'],
};

/** @throws SessionNotCreatedError that says which capability is wrong and what is allowed */
export function acceptCapabilities(capabilities: Capabilities, defaultAgentRoot: string): SessionRequest {
  const kind = capabilities.launch as LaunchRequest['kind'];
  refuseForeign(capabilities, kind);
  const agentRoot = acceptAgentRoot((capabilities.agentRoot as string | undefined) ?? defaultAgentRoot);
  const runtimeModules = capabilities.runtimeModules as string | undefined;
  if (runtimeModules !== undefined) {
    expectFile('appium:runtimeModules', path.join(runtimeModules, 'onnxruntime-node', 'package.json'));
  }
  return {
    launch: acceptLaunch(capabilities, kind),
    agentRoot,
    ...(runtimeModules === undefined ? {} : { runtimeModules }),
    env: acceptEnvironment('appium:env', capabilities.env ?? {}),
  };
}

function acceptLaunch(capabilities: Capabilities, kind: LaunchRequest['kind']): LaunchRequest {
  if (kind === 'host') return { kind };
  if (kind === 'ssh') {
    const { blobServer } = capabilities;
    const board = acceptBoard(capabilities.ssh as Capabilities);
    if (blobServer === undefined) return { kind, board };
    return { kind, board, blobServer: acceptBlobServer(blobServer as string) };
  }
  return {
    kind,
    arch: capabilities.arch as Arch,
    cpu: capabilities.cpu as string,
    emulator: acceptEmulator(capabilities.emulator as Capabilities),
  };
}

function refuseForeign(capabilities: Capabilities, kind: LaunchRequest['kind']): void {
  const missing = OWN[kind].filter((name) => capabilities[name] === undefined);
  if (missing.length > 0) {
    throw refusal(`"appium:launch": "${kind}" also needs ${list(missing)}.`);
  }
  for (const [owner, names] of Object.entries(OWN)) {
    const foreign = names.filter((name) => owner !== kind && capabilities[name] !== undefined);
    if (foreign.length > 0) {
      throw refusal(`${list(foreign)} go with "appium:launch": "${owner}"; this session asks for "${kind}".`);
    }
  }
}

function acceptEmulator(emulator: Capabilities): EmulatorParts {
  expectKeys('appium:emulator', emulator, ['binary', 'node'], ['sysroot', 'version']);
  const { binary, node, sysroot } = emulator as Record<string, string | undefined>;
  expectFile('appium:emulator binary', binary as string);
  expectFile('appium:emulator node', node as string);
  if (sysroot === undefined) return { binary: binary as string, node: node as string };
  expectFile('appium:emulator sysroot', sysroot);
  return { binary: binary as string, node: node as string, sysroot };
}

function acceptBoard(ssh: Capabilities): SshBoard {
  const { port, ...texts } = ssh;
  expectKeys('appium:ssh', texts, ['destination'], ['identityFile', 'knownHostsFile', 'node', 'port']);
  const board = texts as unknown as Omit<SshBoard, 'port'>;
  // A leading dash would be read as an option of ssh, which can run commands here.
  if (!/^[^\s-]\S*$/.test(board.destination)) {
    throw refusal(
      `appium:ssh destination is user@host or an ssh alias; found ${JSON.stringify(board.destination)}.`,
    );
  }
  if (port !== undefined && !(Number.isInteger(port) && Number(port) > 0 && Number(port) < 65_536)) {
    throw refusal(`appium:ssh port is a whole number from 1 to 65535; found ${JSON.stringify(port)}.`);
  }
  if (board.identityFile !== undefined) expectFile('appium:ssh identityFile', board.identityFile);
  return { ...board, node: board.node ?? 'node', ...(port === undefined ? {} : { port: Number(port) }) };
}

function acceptBlobServer(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const loopback = url && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
  if (url?.protocol !== 'http:' || !loopback || url.port === '') {
    throw refusal(
      `appium:blobServer is http://127.0.0.1:PORT on the Appium host; found ${JSON.stringify(text)}.`,
    );
  }
  return url.origin;
}

function acceptAgentRoot(agentRoot: string): string {
  expectFile('appium:agentRoot', path.join(agentRoot, 'node', 'main.js'));
  expectFile('appium:agentRoot', path.join(agentRoot, 'protocol.js'));
  return path.resolve(agentRoot);
}

/** Environment variables by name; a value that is no string is refused, with its place. */
export function acceptEnvironment(place: string, env: unknown): Readonly<Record<string, string>> {
  const isRecord = typeof env === 'object' && env !== null && !Array.isArray(env);
  if (!isRecord) throw refusal(`${place} is an object of strings; found ${JSON.stringify(env)}.`);
  for (const [name, value] of Object.entries(env)) {
    if (!/^[A-Za-z_]\w*$/.test(name))
      throw refusal(`${place}: "${name}" is no name of an environment variable.`);
    if (typeof value !== 'string')
      throw refusal(`${place}: ${name} is a string; found ${JSON.stringify(value)}.`);
  }
  return env as Record<string, string>;
}

/** Unknown names among the capabilities are typing mistakes; those with a vendor's prefix are somebody else's. */
export function refuseUnknown(capabilities: Capabilities, known: readonly string[]): void {
  const unknown = Object.keys(capabilities).find((name) => !known.includes(name) && !name.includes(':'));
  if (unknown === undefined) return;
  const nearest = nearestName(unknown, known);
  throw refusal(
    `Unknown capability "appium:${unknown}".${nearest ? ` Did you mean "appium:${nearest}"?` : ''} ` +
      `The soc driver takes: ${Object.keys(SOC_CONSTRAINTS).join(', ')}.`,
  );
}

function expectKeys(
  place: string,
  object: Capabilities,
  required: readonly string[],
  optional: readonly string[],
): void {
  const allowed = [...required, ...optional];
  const unknown = Object.keys(object).find((key) => !allowed.includes(key));
  if (unknown !== undefined)
    throw refusal(`${place} has no key "${unknown}"; it takes: ${allowed.join(', ')}.`);
  const absent = required.find((key) => object[key] === undefined);
  if (absent !== undefined)
    throw refusal(`${place} needs the key "${absent}"; it takes: ${allowed.join(', ')}.`);
  const wrong = Object.keys(object).find((key) => typeof object[key] !== 'string' || object[key] === '');
  if (wrong === undefined) return;
  throw refusal(`${place}: "${wrong}" is a text that is not empty; found ${JSON.stringify(object[wrong])}.`);
}

function expectFile(place: string, file: string): void {
  if (!path.isAbsolute(file))
    throw refusal(`${place}: paths are absolute on the Appium host; found "${file}".`);
  if (statSync(file, { throwIfNoEntry: false })) return;
  throw refusal(`${place}: there is no ${file} on the Appium host.`);
}

function list(names: readonly string[]): string {
  return names.map((name) => `"appium:${name}"`).join(', ');
}
