import { access, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type AptIndex, openAptIndex } from './apt-index.ts';
import { provideQemu, provideSysroot } from './apt-parts.ts';
import { checkParts } from './check-parts.ts';
import { locateEmulatorFor } from './locate-parts.ts';
import { type Machine, thisMachine } from './machine.ts';
import { fetchNode, installNode } from './node-part.ts';
import { PartFailure } from './part-failure.ts';
import { partsFolder } from './part-folder.ts';
import type { PartStatus } from './part-status.ts';
import type { PartWork } from './part-work.ts';
import { type PartDefinition, type PartId, partDefinition } from './parts.ts';
import { withPartsLock } from './parts-lock.ts';
import { provideRuntime, RUNTIME_VERSION } from './runtime-part.ts';
import { installSystemPackages } from './system-packages.ts';

const SCRATCH_PREFIX = 'making-';

interface Provisioning {
  readonly workFolder: string;
  readonly machine: Machine;
  readonly onProgress: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  /** Why a part could not be provided. */
  readonly failures: Map<PartId, string>;
}

/**
 * Provides what is missing of `ids` and says how it stands afterwards, in the order of `ids`. A part that cannot be
 * provided stays missing with the reason; the others go on. Two at a time in one folder: the second waits, then finds all there.
 * @throws the signal's reason when it is aborted; parts that were finished by then stay.
 */
export async function provideParts(
  workFolder: string,
  ids: readonly PartId[],
  onProgress: (line: string) => void,
  signal?: AbortSignal,
  machine: Machine = thisMachine(),
): Promise<PartStatus[]> {
  const before = await checkParts(workFolder, ids, machine);
  if (before.every((part) => part.status === 'ok')) return before;
  const work: Provisioning = { workFolder, machine, onProgress, signal, failures: new Map() };
  const onWait = (pid: number): void =>
    onProgress(`waiting for another fleetdiff (pid ${pid}) that provides parts here`);
  await withPartsLock(workFolder, onWait, () => provideMissing(work, ids), signal);
  const after = await checkParts(workFolder, ids, machine);
  return after.map((part) => withFailure(part, work.failures.get(part.id)));
}

function withFailure(part: PartStatus, failure: string | undefined): PartStatus {
  return part.status === 'ok' || failure === undefined ? part : { ...part, detail: failure };
}

async function provideMissing(work: Provisioning, ids: readonly PartId[]): Promise<void> {
  await removeLeftovers(work.workFolder);
  const statuses = await checkParts(work.workFolder, ids, work.machine);
  const parts = statuses.filter(({ status }) => status === 'missing').map(({ id }) => partDefinition(id));
  const system = parts.filter(({ source }) => source.kind === 'system');
  await Promise.all([provideSystemParts(work, system), provideFolderParts(work, parts)]);
  work.signal?.throwIfAborted();
}

/** Under the lock nobody else is making anything: what lies here is from a run that was killed. */
async function removeLeftovers(workFolder: string): Promise<void> {
  const names = await readdir(partsFolder(workFolder));
  const leftovers = names.filter((name) => name.startsWith(SCRATCH_PREFIX));
  await Promise.all(leftovers.map((name) => rm(join(partsFolder(workFolder), name), { recursive: true })));
}

async function provideSystemParts(work: Provisioning, parts: readonly PartDefinition[]): Promise<void> {
  const kept: PartDefinition[] = [];
  for (const part of parts) {
    const reason = part.id === 'sshd' ? await whyNotSshd(work.machine) : undefined;
    if (reason === undefined) kept.push(part);
    else work.failures.set(part.id, reason);
  }
  if (kept.length === 0) return;
  const packages = [
    ...new Set(kept.flatMap(({ source }) => (source.kind === 'system' ? source.packages : []))),
  ];
  await attempt(work, kept, async () => {
    if (work.machine.isRoot) work.onProgress(`${packages.join(', ')}: installing with apt-get`);
    await installSystemPackages(work.machine, packages, work.signal);
  });
}

/** Debian's package starts the service and enables it for every boot. */
async function whyNotSshd(machine: Machine): Promise<string | undefined> {
  const hasSystemd = await access(join(machine.root, 'run/systemd/system')).then(
    () => true,
    () => false,
  );
  return hasSystemd
    ? 'installing it would open an SSH service on this machine: that is left to you'
    : undefined;
}

/** Packages from Debian and from npm come side by side; Node is tried out when emulator and libraries are there. */
async function provideFolderParts(work: Provisioning, parts: readonly PartDefinition[]): Promise<void> {
  const fromApt = parts.filter(({ source }) => source.kind === 'qemu' || source.kind === 'sysroot');
  const debian = provideFromApt(work, fromApt);
  const nodes = parts.map(async (part) => {
    const { source } = part;
    if (source.kind !== 'node') return;
    await attempt(work, [part], () =>
      inScratch(work, async (partWork) => {
        work.onProgress(`${part.title}: downloading from the npm registry`);
        const node = await fetchNode(partWork, source.arch);
        await debian;
        await installNode(
          partWork,
          node,
          await locateEmulatorFor(work.workFolder, source.arch, work.machine),
        );
        work.onProgress(`${part.title}: ${node.version} installed, checked against ${node.verifiedBy}`);
      }),
    );
  });
  const runtimes = parts.map(async (part) => {
    if (part.source.kind !== 'runtime') return;
    await attempt(work, [part], () =>
      inScratch(work, async (partWork) => {
        const why = 'npm did not install it with fleetdiff';
        work.onProgress(`${part.title}: ${why}, so ${RUNTIME_VERSION} is fetched from the npm registry`);
        await provideRuntime(partWork);
      }),
    );
  });
  await Promise.all([debian, ...nodes, ...runtimes]);
}

async function provideFromApt(work: Provisioning, parts: readonly PartDefinition[]): Promise<void> {
  if (parts.length === 0) return;
  await attempt(work, parts, () =>
    inScratch(work, async ({ scratch }) => {
      const titles = parts.map(({ title }) => title).join(', ');
      work.onProgress(`${titles}: reading the index of the configured Debian mirror`);
      const index = await openAptIndex(work.machine, scratch, work.signal);
      for (const part of parts) await attempt(work, [part], () => provideAptPart(work, part, index));
    }),
  );
}

async function provideAptPart(work: Provisioning, part: PartDefinition, index: AptIndex): Promise<void> {
  const { source } = part;
  work.onProgress(`${part.title}: downloading from the Debian mirror`);
  await inScratch(work, async (partWork) => {
    if (source.kind === 'qemu') await provideQemu(partWork, index);
    if (source.kind === 'sysroot') await provideSysroot(partWork, index, source.arch);
  });
  work.onProgress(`${part.title}: installed in .fleetdiff/parts/${part.id}`);
}

/** Beside the finished parts, so that a rename suffices to install. */
async function inScratch<T>(work: Provisioning, make: (partWork: PartWork) => Promise<T>): Promise<T> {
  const parts = partsFolder(work.workFolder);
  await mkdir(parts, { recursive: true });
  const scratch = await mkdtemp(join(parts, SCRATCH_PREFIX));
  try {
    return await make({ workFolder: work.workFolder, scratch, machine: work.machine, signal: work.signal });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** One part's trouble is noted and does not stop the others; what is no expected trouble is noted with its own words. */
async function attempt(
  work: Provisioning,
  parts: readonly PartDefinition[],
  provide: () => Promise<void>,
): Promise<void> {
  try {
    await provide();
  } catch (error) {
    if (work.signal?.aborted) return;
    const reason = error instanceof PartFailure ? error.lines.join('\n') : String(error);
    for (const { id } of parts) if (!work.failures.has(id)) work.failures.set(id, reason);
  }
}
