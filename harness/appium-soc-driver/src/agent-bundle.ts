import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Arch, SessionRequest } from './capabilities.ts';
import type { ArchiveFile } from './tar-archive.ts';

/** All that a board with Node needs: the agent and the runtime's files for its architecture. */
export interface AgentBundle {
  readonly sha256: string;
  readonly files: readonly ArchiveFile[];
}

const NODE_ARCH: Readonly<Record<Arch, string>> = { x86_64: 'x64', aarch64: 'arm64' };

/** What the agents of all runtimes share. */
const SHARED = ['protocol.js', 'tap-model.js'];

async function sharedFile(file: string, { agentRoot }: SessionRequest): Promise<ArchiveFile> {
  return { path: file, bytes: await readFile(path.join(agentRoot, file)) };
}

/** Collects the bundle from the Appium host. @throws Error when the runtime is not installed here */
export async function agentBundle(request: SessionRequest, arch: Arch): Promise<AgentBundle> {
  const runtime = packageFolder('onnxruntime-node', request);
  const common = packageFolder('onnxruntime-common', request, runtime);
  const binaries = `bin/napi-v6/linux/${NODE_ARCH[arch]}`;
  const files = [
    { path: 'package.json', bytes: Buffer.from('{"type":"module"}\n') },
    ...(await Promise.all(SHARED.map((file) => sharedFile(file, request)))),
    ...(await filesOf(path.join(request.agentRoot, 'node'), 'node')),
    ...(await packageFiles(runtime, 'node_modules/onnxruntime-node', ['dist', binaries])),
    ...(await packageFiles(common, 'node_modules/onnxruntime-common', ['dist/cjs'])),
  ].sort((left, right) => (left.path < right.path ? -1 : 1));
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file.path}\0${file.bytes.length}\0`).update(file.bytes);
  return { sha256: hash.digest('hex'), files };
}

function packageFolder(name: string, request: SessionRequest, beside?: string): string {
  const start = request.runtimeModules
    ? path.join(request.runtimeModules, 'onnxruntime-node', 'package.json')
    : path.join(request.agentRoot, 'node', 'main.js');
  // `exports` hides package.json in some packages: search the folders that Node would.
  const from = createRequire(beside ? path.join(beside, 'package.json') : start);
  const main = from.resolve(name);
  const end = main.lastIndexOf(path.join('node_modules', name)) + path.join('node_modules', name).length;
  return main.slice(0, end);
}

async function packageFiles(
  folder: string,
  target: string,
  parts: readonly string[],
): Promise<ArchiveFile[]> {
  const manifest = {
    path: `${target}/package.json`,
    bytes: await readFile(path.join(folder, 'package.json')),
  };
  const rest = await Promise.all(parts.map((part) => filesOf(path.join(folder, part), `${target}/${part}`)));
  return [manifest, ...rest.flat()];
}

/** Every file below a folder that a program can load; no maps, no types. */
async function filesOf(folder: string, target: string): Promise<ArchiveFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const nested = entries.map(async (entry): Promise<ArchiveFile[]> => {
    const source = path.join(folder, entry.name);
    if (entry.isDirectory()) return filesOf(source, `${target}/${entry.name}`);
    if (/\.(map|d\.ts)$/.test(entry.name)) return [];
    return [{ path: `${target}/${entry.name}`, bytes: await readFile(source) }];
  });
  return (await Promise.all(nested)).flat();
}
