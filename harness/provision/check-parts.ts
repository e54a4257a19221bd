import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch } from '../domain/device.ts';
import { findProgram } from './find-program.ts';
import { ARCHES, type Machine, thisMachine } from './machine.ts';
import { guestNodeVersions } from './node-version.ts';
import { type PartFolder, readPartFolder } from './part-folder.ts';
import { found, missing, type PartStatus } from './part-status.ts';
import {
  OLDEST_QEMU,
  type PartDefinition,
  type PartId,
  partDefinition,
  partsOf,
  qemuBinary,
  sysrootLibraries,
  triplet,
} from './parts.ts';
import { type Means, meansOf, remedyFor } from './remedies.ts';
import { runCommand } from './run-command.ts';
import { installedRuntime, RUNTIME_VERSION } from './runtime-part.ts';
import { majorOf, upstreamVersion, versionIn } from './version.ts';

const VERSION_TIMEOUT_MS = 10_000;

/** What this machine has and lacks, in the order of `ids` (default: every part that can matter here). Changes nothing. */
export async function checkParts(
  workFolder: string,
  ids?: readonly PartId[],
  machine: Machine = thisMachine(),
): Promise<PartStatus[]> {
  const wanted = ids ?? partsOf(machine, ['fleet', 'information', 'tests']);
  const means = await meansOf(machine);
  const statuses = await Promise.all(
    wanted.map((id) => checkPart(workFolder, partDefinition(id), machine, means)),
  );
  return withMatchingDriver(statuses, workFolder, machine, means);
}

async function checkPart(
  workFolder: string,
  part: PartDefinition,
  machine: Machine,
  means: Means,
): Promise<PartStatus> {
  const remedy = remedyFor(part, means);
  const { source } = part;
  if (source.kind === 'system') return checkProgram(part, source, machine, remedy);
  if (source.kind !== 'runtime' && machine.platform !== 'linux') {
    return missing(part, `emulated SoCs need Linux, this is ${machine.platform}`, [
      'Run fleetdiff on Linux.',
    ]);
  }
  const elsewhere = await copyElsewhere(part, machine);
  if (elsewhere?.status === 'ok') return elsewhere;
  const local = await readPartFolder(workFolder, part.id);
  const status = localStatus(part, local, machine, remedy);
  const isBetterKnown = status.status === 'missing' && local.status === 'absent' && elsewhere !== undefined;
  return isBetterKnown ? { ...status, detail: elsewhere.detail } : status;
}

function localStatus(
  part: PartDefinition,
  local: PartFolder,
  machine: Machine,
  remedy: string[],
): PartStatus {
  if (local.status === 'absent') return missing(part, 'not installed', remedy);
  if (local.status === 'damaged') return missing(part, `damaged: ${local.detail}`, remedy);
  const { version } = local.record;
  const wanted = guestNodeVersions(machine);
  if (part.source.kind === 'node' && !wanted.includes(version)) {
    return missing(part, `is ${version}, while this host runs ${machine.node.version}`, remedy);
  }
  if (part.source.kind === 'runtime' && version !== RUNTIME_VERSION) {
    return missing(part, `is ${version}, while this fleetdiff computes with ${RUNTIME_VERSION}`, remedy);
  }
  const origin = local.record.sources.map((source) => `${source.package} ${source.version}`).join(', ');
  return found(part, { path: local.folder, version, detail: `project-local, from ${origin}` });
}

async function checkProgram(
  part: PartDefinition,
  source: Extract<PartDefinition['source'], { kind: 'system' }>,
  machine: Machine,
  remedy: string[],
): Promise<PartStatus> {
  for (const program of source.programs) {
    const path = await findProgram(machine, program);
    if (path === undefined) continue;
    const version = await programVersion(machine, path, source);
    const isMute = version === undefined && source.versionArguments.length > 0;
    return isMute
      ? missing(part, `${path} does not say its version`, remedy)
      : found(part, { path, version, detail: 'in the system' });
  }
  return missing(part, 'not installed', remedy);
}

async function programVersion(
  machine: Machine,
  path: string,
  source: Extract<PartDefinition['source'], { kind: 'system' }>,
): Promise<string | undefined> {
  if (source.versionArguments.length === 0) return undefined;
  // dpkg answers in 20 ms; Chromium itself takes 300 ms to say its version.
  const packaged = path === '/usr/bin/chromium' ? await packageVersion(machine, 'chromium') : undefined;
  return packaged ?? (await askVersion(machine, path, source.versionArguments));
}

async function packageVersion(machine: Machine, name: string): Promise<string | undefined> {
  const result = await runCommand(machine, 'dpkg-query', ['-s', name]);
  if (result.status === 'absent' || result.exitCode !== 0) return undefined;
  if (!/^Status: .* installed$/m.test(result.stdout)) return undefined;
  return upstreamVersion(/^Version: (.+)$/m.exec(result.stdout)?.[1] ?? '');
}

/** Programs print their version on either stream (`ssh -V`, `java -version`: stderr). */
export async function askVersion(
  machine: Machine,
  path: string,
  args: readonly string[] = ['--version'],
): Promise<string | undefined> {
  const result = await runCommand(machine, path, args, { timeoutMs: VERSION_TIMEOUT_MS });
  if (result.status === 'absent' || result.exitCode !== 0) return undefined;
  return versionIn(result.stdout) ?? versionIn(result.stderr);
}

/** A part that is there without us: in the system, or installed by npm. */
async function copyElsewhere(part: PartDefinition, machine: Machine): Promise<PartStatus | undefined> {
  const { source } = part;
  if (source.kind === 'runtime') return installedRuntime(part, machine);
  if (source.kind === 'sysroot') return systemSysroot(part, source.arch, machine);
  return source.kind === 'qemu' ? systemQemu(part, machine) : undefined;
}

/** Both emulators must be new enough; undefined when the system has none at all. */
async function systemQemu(part: PartDefinition, machine: Machine): Promise<PartStatus | undefined> {
  const paths = await Promise.all(ARCHES.map((arch) => findProgram(machine, qemuBinary(arch))));
  const [path, other] = paths;
  if (path === undefined || other === undefined) return undefined;
  const versions = await Promise.all([path, other].map((binary) => askVersion(machine, binary)));
  const isNewEnough = versions.every((version) => majorOf(version) >= OLDEST_QEMU);
  const version = versions[0] ?? 'unknown';
  return isNewEnough
    ? found(part, { path, version, detail: 'in the system' })
    : missing(part, `the system's qemu-user is ${version}, older than ${OLDEST_QEMU}`, []);
}

async function systemSysroot(
  part: PartDefinition,
  arch: Arch,
  machine: Machine,
): Promise<PartStatus | undefined> {
  const path = join(machine.root, 'usr', triplet(arch));
  return (await hasLibraries(path, arch)) ? found(part, { path, detail: 'in the system' }) : undefined;
}

export async function hasLibraries(sysroot: string, arch: Arch): Promise<boolean> {
  const present = sysrootLibraries(arch).map((library) =>
    access(join(sysroot, library)).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(present)).every(Boolean);
}

/** A chromedriver of another major version refuses the session: then it is as good as missing. */
async function withMatchingDriver(
  statuses: PartStatus[],
  workFolder: string,
  machine: Machine,
  means: Means,
): Promise<PartStatus[]> {
  const driver = statuses.find(({ id }) => id === 'chromedriver');
  if (driver?.status !== 'ok') return statuses;
  const part = partDefinition('chromium');
  const browser =
    statuses.find(({ id }) => id === 'chromium') ?? (await checkPart(workFolder, part, machine, means));
  if (browser.status !== 'ok' || majorOf(browser.version) === majorOf(driver.version)) return statuses;
  const definition = partDefinition('chromedriver');
  const detail = `is ${driver.version}, but chromium is ${browser.version}: the first numbers must agree`;
  const mismatch = missing(definition, detail, remedyFor(definition, means));
  return statuses.map((status) => (status === driver ? mismatch : status));
}
