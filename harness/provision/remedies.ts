import { type DebianRelease, debianRelease } from './debian-release.ts';
import { findProgram } from './find-program.ts';
import type { Machine } from './machine.ts';
import { BROWSER_PACKAGES, OLDEST_QEMU, type PartDefinition, sysrootPackages, triplet } from './parts.ts';

const FIX_COMMAND = 'npx fleetdiff doctor --fix';

/** What decides which commands mend a machine. */
export interface Means {
  readonly debian: DebianRelease | undefined;
  readonly hasApt: boolean;
  readonly isRoot: boolean;
}

export async function meansOf(machine: Machine): Promise<Means> {
  const [debian, apt] = await Promise.all([debianRelease(machine), findProgram(machine, 'apt-get')]);
  return { debian, hasApt: apt !== undefined, isRoot: machine.isRoot };
}

/** The exact commands that provide a part on this machine; where we know none, what to look for. */
export function remedyFor(part: PartDefinition, means: Means): string[] {
  const { source } = part;
  if (source.kind === 'node' || source.kind === 'runtime') return [FIX_COMMAND];
  if (source.kind === 'system') return systemRemedy(source.packages, part.purpose !== 'information', means);
  // What goes into the project's folder needs no root, so one command is enough where Debian's mirror can be used.
  if (means.hasApt && means.debian !== undefined) return [FIX_COMMAND];
  if (source.kind === 'qemu') {
    return [
      `Install qemu-user ${OLDEST_QEMU} or newer, so that qemu-x86_64 and qemu-aarch64 are on the PATH.`,
    ];
  }
  if (means.hasApt) return aptInstall(sysrootPackages(source.arch), means);
  return [`Put the C and C++ libraries for ${source.arch} in /usr/${triplet(source.arch)}.`];
}

/** Debian 12's own qemu is too old. */
export function qemuSuite(debian: DebianRelease | undefined): string | undefined {
  return debian?.number !== undefined && debian.number <= 12 ? `${debian.codename}-backports` : undefined;
}

function systemRemedy(packages: readonly string[], isFixable: boolean, means: Means): string[] {
  if (packages.length === 0) return ['iPhones are driven from a Mac: there, install Xcode and open it once.'];
  if (!means.hasApt) return [`Install ${packages.join(' and ')} with this system's package manager.`];
  const isBrowser = packages === BROWSER_PACKAGES;
  // Elsewhere the package of this name may only point to a snap, which chromedriver cannot drive.
  if (isBrowser && means.debian === undefined) {
    return ['Install Chromium and the chromedriver of the same version, and put both on the PATH.'];
  }
  const canFix = isFixable && means.isRoot && means.debian !== undefined;
  return [...(canFix ? [FIX_COMMAND] : []), ...aptInstall(packages, means)];
}

function aptInstall(packages: readonly string[], means: Means): string[] {
  const sudo = means.isRoot ? '' : 'sudo ';
  return [`${sudo}apt-get update`, `${sudo}apt-get install --no-install-recommends ${packages.join(' ')}`];
}
