import { access, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type Machine, NODE_ARCH } from './machine.ts';
import { packedFile, packPackage, unpackPackage } from './npm-package.ts';
import { PartFailure } from './part-failure.ts';
import { installPartFolder, type SourcePackage, sha256Of } from './part-folder.ts';
import { found, missing, type PartStatus } from './part-status.ts';
import type { PartWork } from './part-work.ts';
import type { PartDefinition } from './parts.ts';
import { failureLines, runCommand } from './run-command.ts';

/** What package.json names (a test holds them together): answers of another version are answers of another device. */
export const RUNTIME_VERSION = '1.30.0';

/** An npm package whose bytes we know, as the registry's `dist.integrity` states them. */
export interface PinnedPackage {
  readonly name: string;
  readonly version: string;
  readonly integrity: string;
}

/** `dist.integrity`, read on 2026-11-22. */
export const RUNTIME_PACKAGES: readonly PinnedPackage[] = [
  {
    name: 'onnxruntime-node',
    version: RUNTIME_VERSION,
    integrity:
      'sha512-twhs1C2C/BFkz1yc5OY0KIU2GUq6DURO7hD4bx5Q2Qy3nAMJwRXW8xU3NVczE29VA9lolLOYepoD8fjTGOfIqw==',
  },
  {
    name: 'onnxruntime-common',
    version: RUNTIME_VERSION,
    integrity:
      'sha512-7fdVWjAID1dVhH/G8qK3APARunV4VkBFoCQAP7qp4Wkab0mrorvmc+sqiT+mKXOzDqdjN5j+/Z9nb4gzNPWcyA==',
  },
];

const LOAD_TIMEOUT_MS = 60_000;
const LOAD_SCRIPT =
  'try { require(process.argv[1]) } catch (error) { console.error(error.message); process.exitCode = 1 }';

/** onnxruntime-node where Node finds it for fleetdiff; undefined when npm left it out. */
export async function installedRuntime(
  part: PartDefinition,
  machine: Machine,
): Promise<PartStatus | undefined> {
  const folder = runtimeFolder(machine);
  if (folder === undefined) return undefined;
  const manifest = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version?: string };
  if (manifest.version !== RUNTIME_VERSION) {
    // Another package's own: npm left ours out and Node finds that one.
    return missing(part, `${folder} is ${manifest.version}, not ${RUNTIME_VERSION}`, []);
  }
  const binding = join(binariesOf(machine), 'onnxruntime_binding.node');
  const isWhole = await access(join(folder, binding)).then(
    () => true,
    () => false,
  );
  return isWhole
    ? found(part, { path: folder, version: manifest.version, detail: 'an npm package' })
    : missing(part, `${folder} has no ${binding}`, []);
}

function runtimeFolder(machine: Machine): string | undefined {
  try {
    return dirname(createRequire(machine.resolveFrom).resolve('onnxruntime-node/package.json'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const binariesOf = ({ platform, arch }: Machine): string => join('bin', 'napi-v6', platform, NODE_ARCH[arch]);

/**
 * Puts onnxruntime-node with its one dependency into the part's folder, without the script of the package: that would
 * fetch CUDA libraries. Of the binaries, this platform's and Linux's, which emulated SoCs and boards run.
 * @throws PartFailure
 */
export async function provideRuntime(
  work: PartWork,
  packages: readonly PinnedPackage[] = RUNTIME_PACKAGES,
): Promise<void> {
  const made = join(work.scratch, 'made');
  const sources: SourcePackage[] = [];
  for (const { name, version, integrity } of packages) {
    const packed = await packPackage(work, name, version);
    if (packed.status === 'absent' || packed.exitCode !== 0)
      throw new PartFailure([`npm pack ${name} failed:`, ...failureLines(packed, 2)]);
    const file = await packedFile(work, name, version, integrity);
    sources.push({ package: name, version, sha256: await sha256Of(file) });
    const binaries = name === 'onnxruntime-node' ? binariesKept(work.machine) : [];
    await unpackPackage(work, file, join(made, 'node_modules', name), ['package.json', 'dist', ...binaries]);
    await rm(file);
  }
  await tryToLoad(work, join(made, 'node_modules', 'onnxruntime-node'));
  await installPartFolder(work.workFolder, made, {
    id: 'onnxruntime-node',
    version: RUNTIME_VERSION,
    sources,
  });
}

function binariesKept(machine: Machine): string[] {
  return ['bin/napi-v6/linux', ...(machine.platform === 'linux' ? [] : [binariesOf(machine)])];
}

async function tryToLoad(work: PartWork, folder: string): Promise<void> {
  const { node } = work.machine;
  const result = await runCommand(work.machine, node.path, ['-e', LOAD_SCRIPT, folder], {
    // Else its Linux builds report the machine to Microsoft as they start.
    env: { ORT_DISABLE_TELEMETRY: '1' },
    signal: work.signal,
    timeoutMs: LOAD_TIMEOUT_MS,
  });
  if (result.status === 'ended' && result.exitCode === 0) return;
  throw new PartFailure([
    `onnxruntime-node ${RUNTIME_VERSION} does not load on this machine:`,
    ...failureLines(result),
  ]);
}
