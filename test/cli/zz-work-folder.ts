import { type ChildProcess, spawn } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

/** A user's folder of its own, with the digits suite in it, and the built CLI to run there. */

const repository = path.resolve(import.meta.dirname, '../..');
const cli = '/tmp/T/dist/cli/main.js';

/** The smallest fleet that computes: this machine, without its GPU. */
export const HOST_FLEET = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
  cpu-noopt: {runtime: onnxruntime-node, provider: cpu, optimization: disabled}
  webgpu: {runtime: onnxruntime-web, provider: webgpu}
  webgpu-jsep: {runtime: onnxruntime-web, provider: webgpu, bundle: all}
devices:
  - {name: workstation, driver: soc, launch: host, tags: [pr], delegates: [cpu, cpu-noopt]}
`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface WorkFolder {
  readonly folder: string;
  file(...names: string[]): string;
  write(name: string, text: string): Promise<void>;
  run(args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  /** The same, with the process in hand. */
  start(args: readonly string[]): { readonly child: ChildProcess; readonly ended: Promise<Ended> };
}

export async function makeWorkFolder(
  fleet = HOST_FLEET,
  options: { parts?: boolean } = {},
): Promise<WorkFolder> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-test-'));
  await mkdir(path.join(folder, 'fixtures'));
  await cp(path.join(repository, 'fixtures/digits'), path.join(folder, 'fixtures/digits'), {
    recursive: true,
  });
  await writeFile(path.join(folder, 'devices.yml'), fleet);
  await mkdir(path.join(folder, '.fleetdiff'));
  if (options.parts ?? true) {
    await symlink(path.join(repository, '.fleetdiff/parts'), path.join(folder, '.fleetdiff/parts'));
  }
  const start = (args: readonly string[], env?: Readonly<Record<string, string>>) =>
    startCli(cli, folder, args, env);
  return {
    folder,
    file: (...names) => path.join(folder, ...names),
    write: (name, text) => writeFile(path.join(folder, name), text),
    run: (args, env) => start(args, env).ended,
    start,
  };
}

/** A built CLI at work in a folder. */
export function startCli(
  main: string,
  folder: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [main, ...args], {
    cwd: folder,
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, stdout, stderr }));
  });
  return { child, ended };
}

/** A work folder, removed when the test ends. */
export async function workFolder(...args: Parameters<typeof makeWorkFolder>): Promise<WorkFolder> {
  const work = await makeWorkFolder(...args);
  onTestFinished(() => rm(work.folder, { recursive: true, force: true }));
  return work;
}
