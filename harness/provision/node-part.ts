import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Arch } from '../domain/device.ts';
import type { Emulator } from './locate-parts.ts';
import { NODE_ARCH } from './machine.ts';
import { guestNodeVersions, pinnedIntegrity } from './node-version.ts';
import { PartFailure } from './part-failure.ts';
import { installPartFolder, sha256Of } from './part-folder.ts';
import type { PartWork } from './part-work.ts';
import { nodePackage } from './parts.ts';
import { type CommandResult, failureLines, runCommand } from './run-command.ts';

const SMOKE_TIMEOUT_MS = 60_000;

/** Node for the guest, unpacked but not yet in its place. */
export interface FetchedNode {
  readonly arch: Arch;
  readonly version: string;
  readonly made: string;
  readonly source: { readonly package: string; readonly version: string; readonly sha256: string };
  /** Who vouches for the bytes. */
  readonly verifiedBy: 'pinned sha512' | "the registry's sha512";
}

/**
 * Downloads Node for another architecture from the npm registry: this host's own version, else the pinned one.
 * npm checks the tarball against the registry's sha512; for the pinned version we check it against ours as well.
 * @throws PartFailure
 */
export async function fetchNode(work: PartWork, arch: Arch): Promise<FetchedNode> {
  const failures: string[] = [];
  for (const version of guestNodeVersions(work.machine)) {
    const result = await packNode(work, arch, version);
    if (result.status === 'ended' && result.exitCode === 0) return unpackNode(work, arch, version);
    failures.push(...failureLines(result, 2));
    if (!/E404|ETARGET/.test(result.status === 'ended' ? result.stderr : '')) break;
  }
  throw new PartFailure([`npm pack ${nodePackage(arch)} failed:`, ...failures]);
}

/** Runs the new Node once in its emulator, then puts it in its place. @throws PartFailure when it does not run. */
export async function installNode(
  work: PartWork,
  node: FetchedNode,
  emulator: Omit<Emulator, 'node'> | undefined,
): Promise<void> {
  if (emulator !== undefined) await smokeTest(work, node, emulator);
  await installPartFolder(work.workFolder, node.made, {
    id: `node-${node.arch}`,
    version: node.version,
    sources: [node.source],
  });
}

function packNode(work: PartWork, arch: Arch, version: string): Promise<CommandResult> {
  // In the project's folder, so that its .npmrc says which registry; `error` keeps npm's remarks on that file out.
  const args = ['pack', `${nodePackage(arch)}@${version}`, '--loglevel=error', '--ignore-scripts'];
  return runCommand(work.machine, 'npm', [...args, '--pack-destination', work.scratch], {
    cwd: work.workFolder,
    signal: work.signal,
  });
}

async function unpackNode(work: PartWork, arch: Arch, version: string): Promise<FetchedNode> {
  const tarball = (await readdir(work.scratch)).find((name) => name.endsWith('.tgz'));
  if (tarball === undefined) throw new PartFailure(['npm pack wrote no file.']);
  const file = join(work.scratch, tarball);
  const pinned = pinnedIntegrity(arch, version);
  const integrity = await sha512IntegrityOf(file);
  if (pinned !== undefined && pinned !== integrity) {
    throw new PartFailure([`${tarball} is not what we know: expected ${pinned}, found ${integrity}.`]);
  }
  const made = join(work.scratch, 'made');
  await mkdir(made);
  const wanted = ['package/bin/node', 'package/LICENSE'];
  const args = ['-xzf', file, '-C', made, '--strip-components=1', '--no-same-owner', ...wanted];
  const tar = await runCommand(work.machine, 'tar', args, { signal: work.signal });
  if (tar.status === 'absent' || tar.exitCode !== 0)
    throw new PartFailure(['tar failed:', ...failureLines(tar)]);
  const source = { package: nodePackage(arch), version, sha256: await sha256Of(file) };
  return {
    arch,
    version,
    made,
    source,
    verifiedBy: pinned === undefined ? "the registry's sha512" : 'pinned sha512',
  };
}

async function smokeTest(work: PartWork, node: FetchedNode, emulator: Omit<Emulator, 'node'>): Promise<void> {
  const sysroot = emulator.sysroot === undefined ? [] : ['-L', emulator.sysroot];
  const args = [...sysroot, join(node.made, 'bin/node'), '-p', 'process.arch'];
  const result = await runCommand(work.machine, emulator.binary, args, {
    signal: work.signal,
    timeoutMs: SMOKE_TIMEOUT_MS,
  });
  if (result.status === 'ended' && result.stdout.trim() === NODE_ARCH[node.arch]) return;
  throw new PartFailure([
    `Node ${node.version} does not run in ${emulator.binary}:`,
    ...failureLines(result),
  ]);
}

async function sha512IntegrityOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return `sha512-${hash.digest('base64')}`;
}
