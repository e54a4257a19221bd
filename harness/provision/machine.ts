import type { Arch } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';

/** The machine that fleetdiff runs on, as far as provisioning asks. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: Arch;
  readonly isRoot: boolean;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  readonly node: { readonly version: string; readonly path: string };
  /** What stands for `/`, so that a test can describe another system. */
  readonly root: string;
  /** Module from which Node looks up fleetdiff's npm packages; wherever npm put them. */
  readonly resolveFrom: string;
}

export const NODE_ARCH: Readonly<Record<Arch, 'x64' | 'arm64'>> = { x86_64: 'x64', aarch64: 'arm64' };
export const DEBIAN_ARCH: Readonly<Record<Arch, 'amd64' | 'arm64'>> = { x86_64: 'amd64', aarch64: 'arm64' };
export const ARCHES: readonly Arch[] = ['x86_64', 'aarch64'];

/** @throws UserError E_HOST_ARCH on a processor that is neither x86-64 nor arm64. */
export function thisMachine(): Machine {
  const arch = ARCHES.find((candidate) => NODE_ARCH[candidate] === process.arch);
  if (arch === undefined) {
    throw new UserError('E_HOST_ARCH', `Expected a host with x64 or arm64, found ${process.arch}.`, {
      remedies: ['Run fleetdiff with a Node for x64 or arm64.'],
    });
  }
  return {
    platform: process.platform,
    arch,
    isRoot: process.getuid?.() === 0,
    env: process.env,
    node: { version: process.versions.node, path: process.execPath },
    root: '/',
    resolveFrom: import.meta.url,
  };
}
