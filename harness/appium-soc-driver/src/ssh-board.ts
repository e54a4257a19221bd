import { Readable } from 'node:stream';
import { createGzip } from 'node:zlib';
import type { AgentBundle } from './agent-bundle.ts';
import type { Arch, SshBoard } from './capabilities.ts';
import { inheritedEnvironment } from './environment.ts';
import { type Refusal, refusal } from './refusal.ts';
import { type ProgramResult, runProgram } from './run-program.ts';
import { sshFailure } from './ssh-failure.ts';
import { tarArchive } from './tar-archive.ts';

/** ssh's own exit code; any other is the remote command's. */
const SSH_FAILED = 255;
const OLDEST_NODE_MAJOR = 20;
const INSPECT_TIMEOUT_MS = 60_000;
const UPLOAD_TIMEOUT_MS = 600_000;
const ARCHES: Readonly<Record<string, Arch>> = {
  x86_64: 'x86_64',
  amd64: 'x86_64',
  aarch64: 'aarch64',
  arm64: 'aarch64',
};

export interface BoardFacts {
  readonly arch: Arch;
  readonly home: string;
  /** Hashes of the bundles that lie on the board, whole. */
  readonly bundles: readonly string[];
}

/** ssh's arguments up to and with the destination: never a prompt, never a connection shared with the user's own. */
export function sshArguments(board: SshBoard, options: readonly string[]): string[] {
  const settings = [
    'BatchMode=yes',
    'ConnectTimeout=10',
    'ServerAliveInterval=15',
    'ServerAliveCountMax=4',
    'ControlPath=none',
  ];
  if (board.knownHostsFile !== undefined) settings.push(`UserKnownHostsFile=${board.knownHostsFile}`);
  if (board.identityFile !== undefined) settings.push('IdentitiesOnly=yes');
  return [
    '-T',
    ...[...settings, ...options].flatMap((setting) => ['-o', setting]),
    ...(board.port === undefined ? [] : ['-p', String(board.port)]),
    ...(board.identityFile === undefined ? [] : ['-i', board.identityFile]),
    '--',
    board.destination,
  ];
}

/** Looks at the board. @throws SessionNotCreatedError when it cannot run an agent, with the reason */
export async function inspectBoard(board: SshBoard): Promise<BoardFacts> {
  const script = `
echo "machine=$(uname -s) $(uname -m)"
echo "home=$HOME"
echo "node=$(${shellQuoted(board.node)} --version 2>&1)"
for bundle in "$HOME"/.cache/fleetdiff/*/complete; do echo "bundle=$bundle"; done
`;
  const { code, stdout, stderr } = await ssh(
    board,
    'sh',
    Readable.from([Buffer.from(script)]),
    INSPECT_TIMEOUT_MS,
  );
  if (code === SSH_FAILED) throw sshFailure(board, stderr);
  const lines = stdout.toString('utf8').split('\n');
  const answers = (key: string) =>
    lines.filter((line) => line.startsWith(`${key}=`)).map((line) => line.slice(key.length + 1));
  const home = answers('home')[0];
  if (home === undefined || home === '')
    throw boardRefusal(board, `its shell answered strangely: ${stderr.trim() || 'nothing'}`);
  expectNode(board, answers('node')[0] ?? '');
  const bundles = answers('bundle').flatMap((line) => /\/([0-9a-f]{64})\/complete$/.exec(line)?.[1] ?? []);
  return { arch: acceptMachine(board, answers('machine')[0] ?? ''), home, bundles };
}

function acceptMachine(board: SshBoard, machine: string): Arch {
  const [system, name = ''] = machine.split(' ');
  const arch = ARCHES[name];
  if (system === 'Linux' && arch) return arch;
  throw boardRefusal(
    board,
    `it is ${machine}; onnxruntime-node has builds for Linux on x86_64 and aarch64 only.`,
  );
}

function expectNode(board: SshBoard, answer: string): void {
  const [, version, major] = /^v((\d+)\.\d+\.\d+)/.exec(answer) ?? [];
  if (version === undefined) {
    throw boardRefusal(
      board,
      `it has no Node at "${board.node}" (${answer.trim()}). Install Node ${OLDEST_NODE_MAJOR} or newer, or set appium:ssh node to its full path.`,
    );
  }
  if (Number(major) < OLDEST_NODE_MAJOR) {
    throw boardRefusal(
      board,
      `its Node is ${version}; ${OLDEST_NODE_MAJOR} or newer is needed. Set appium:ssh node to the path of a newer one.`,
    );
  }
}

/** Folder of a bundle on the board. */
export function bundleFolder(facts: BoardFacts, bundle: AgentBundle): string {
  return `${facts.home}/.cache/fleetdiff/${bundle.sha256}`;
}

/** Unpacks the bundle into a folder beside, marks it complete and renames it, so that a broken upload is never used. */
export async function uploadBundle(board: SshBoard, folder: string, bundle: AgentBundle): Promise<void> {
  const script = [
    'umask 077',
    `target=${shellQuoted(folder)}`,
    'part="$target.part.$$"',
    'mkdir -p "$part" && tar -xzf - -C "$part" && touch "$part/complete" || { rm -rf "$part"; exit 1; }',
    '[ -d "$target" ] && rm -rf "$part" || mv "$part" "$target"',
  ].join('\n');
  const archive = Readable.from(tarArchive(bundle.files)).pipe(createGzip({ level: 1 }));
  const { code, stderr } = await ssh(board, `sh -c ${shellQuoted(script)}`, archive, UPLOAD_TIMEOUT_MS);
  if (code === SSH_FAILED) throw sshFailure(board, stderr);
  if (code !== 0)
    throw boardRefusal(board, `the agent could not be unpacked into ${folder}: ${stderr.trim()}`);
}

async function ssh(
  board: SshBoard,
  command: string,
  input: Readable,
  timeoutMs: number,
): Promise<ProgramResult> {
  // Forwardings of the user's own configuration would clash between parallel sessions.
  const args = [...sshArguments(board, ['ClearAllForwardings=yes']), command];
  try {
    return await runProgram('ssh', args, { timeoutMs, env: inheritedEnvironment(), input });
  } catch (error) {
    throw boardRefusal(board, (error as Error).message);
  }
}

/** One word for a POSIX shell, whatever stands in it. */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

function boardRefusal(board: SshBoard, reason: string): Refusal {
  return refusal(`No session on the board ${board.destination}: ${reason}`);
}
