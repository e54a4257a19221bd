import { chmod, copyFile, mkdir, rename, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Arch } from '../domain/device.ts';
import type { AptIndex, DownloadedPackage } from './apt-index.ts';
import { askVersion, hasLibraries } from './check-parts.ts';
import { ARCHES, type Machine } from './machine.ts';
import { PartFailure } from './part-failure.ts';
import { installPartFolder } from './part-folder.ts';
import type { PartWork } from './part-work.ts';
import { OLDEST_QEMU, qemuBinary, sysrootPackages, triplet } from './parts.ts';
import { failureLines, runCommand } from './run-command.ts';
import { majorOf, upstreamVersion } from './version.ts';

/** Puts qemu's two emulators into `.fleetdiff/parts/qemu-user/bin`. @throws PartFailure */
export async function provideQemu(work: PartWork, index: AptIndex): Promise<void> {
  const versions = await index.versions('qemu-user');
  const newEnough = versions.find((version) => majorOf(upstreamVersion(version)) >= OLDEST_QEMU);
  if (newEnough === undefined) {
    throw new PartFailure([
      `The mirror has qemu-user ${versions.join(', ') || 'in no version'}; ${OLDEST_QEMU} or newer is needed.`,
    ]);
  }
  const packages = await index.download([`qemu-user=${newEnough}`], join(work.scratch, 'packages'));
  const unpacked = await unpack(work, packages);
  const made = join(work.scratch, 'made');
  await mkdir(join(made, 'bin'), { recursive: true });
  for (const arch of ARCHES)
    await rename(join(unpacked, 'usr/bin', qemuBinary(arch)), join(made, 'bin', qemuBinary(arch)));
  await copyFile(join(unpacked, 'usr/share/doc/qemu-user/copyright'), join(made, 'copyright'));
  for (const arch of ARCHES) await expectNewQemu(work.machine, join(made, 'bin', qemuBinary(arch)));
  await installPartFolder(work.workFolder, made, {
    id: 'qemu-user',
    version: upstreamVersion(newEnough) ?? newEnough,
    sources: packages.map(sourceOf),
  });
}

/** Puts the C and C++ libraries of an architecture into `.fleetdiff/parts/sysroot-<arch>`. @throws PartFailure */
export async function provideSysroot(work: PartWork, index: AptIndex, arch: Arch): Promise<void> {
  const packages = await index.download(sysrootPackages(arch), join(work.scratch, 'packages'));
  const unpacked = await unpack(work, packages);
  const made = join(work.scratch, 'made');
  await rename(join(unpacked, 'usr', triplet(arch)), made);
  // Libraries are looked up under this name first. Were it not here, the guest would load the host's own, if it has any of
  // this architecture, and mix two versions of the C library.
  await symlink('.', join(made, 'lib', triplet(arch)));
  if (!(await hasLibraries(made, arch)))
    throw new PartFailure(['The packages hold no complete set of libraries.']);
  const libc = packages.find(({ name }) => name.startsWith('libc6-'));
  await installPartFolder(work.workFolder, made, {
    id: `sysroot-${arch}`,
    version: upstreamVersion(libc?.version ?? '') ?? 'unknown',
    sources: packages.map(sourceOf),
  });
}

async function unpack(work: PartWork, packages: readonly DownloadedPackage[]): Promise<string> {
  const unpacked = join(work.scratch, 'unpacked');
  await mkdir(unpacked, { recursive: true });
  for (const { file } of packages) {
    const result = await runCommand(work.machine, 'dpkg', ['-x', file, unpacked], { signal: work.signal });
    if (result.status === 'absent' || result.exitCode !== 0)
      throw new PartFailure(['dpkg -x failed:', ...failureLines(result)]);
  }
  return unpacked;
}

async function expectNewQemu(machine: Machine, binary: string): Promise<void> {
  await chmod(binary, 0o755);
  const version = await askVersion(machine, binary);
  if (majorOf(version) >= OLDEST_QEMU) return;
  throw new PartFailure([
    `The downloaded emulator does not run here: it says version ${version ?? 'nothing'}.`,
  ]);
}

const sourceOf = ({ name, version, sha256 }: DownloadedPackage) => ({ package: name, version, sha256 });
