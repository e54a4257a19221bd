import { join } from 'node:path';
import type { Arch } from '../domain/device.ts';
import type { Emulator } from './locate-parts.ts';
import { NODE_ARCH } from './machine.ts';
import { guestNodeVersions, pinnedIntegrity } from './node-version.ts';
import { packedFile, packPackage, unpackPackage } from './npm-package.ts';
import { PartFailure } from './part-failure.ts';
import { installPartFolder, sha256Of } from './part-folder.ts';
import type { PartWork } from './part-work.ts';
import { nodePackage } from './parts.ts';
import { failureLines, runCommand } from './run-command.ts';

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
    const result = await packPackage(work, nodePackage(arch), version);
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

async function unpackNode(work: PartWork, arch: Arch, version: string): Promise<FetchedNode> {
  const pinned = pinnedIntegrity(arch, version);
  const file = await packedFile(work, nodePackage(arch), version, pinned);
  const made = join(work.scratch, 'made');
  await unpackPackage(work, file, made, ['bin/node', 'LICENSE']);
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
