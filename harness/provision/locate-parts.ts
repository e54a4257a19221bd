import { access } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Arch } from '../domain/device.ts';
import { checkParts } from './check-parts.ts';
import { ARCHES, type Machine, thisMachine } from './machine.ts';
import { partsFolder } from './part-folder.ts';
import type { PartStatus } from './part-status.ts';
import { type PartId, partsOf, qemuBinary } from './parts.ts';

/** How to run a program of `arch` in the guest: `binary [-L sysroot] -cpu … node …`. */
export interface Emulator {
  readonly binary: string;
  /** Absent when the guest has the host's own architecture. */
  readonly sysroot?: string;
  /** Node for the guest's architecture. */
  readonly node: string;
  readonly version: string;
}

/** Absolute paths of what this machine has; what is absent is missing. */
export interface LocatedParts {
  readonly chromium?: string;
  readonly chromedriver?: string;
  /** Vulkan driver on the CPU that Chromium's package brings: for WebGPU without a browser. */
  readonly swiftshaderIcd?: string;
  /** node_modules folder that holds onnxruntime-node; absent when Node finds the package by itself. */
  readonly runtimeModules?: string;
  readonly emulators: Partial<Record<Arch, Emulator>>;
}

export async function locateParts(
  workFolder: string,
  machine: Machine = thisMachine(),
): Promise<LocatedParts> {
  const statuses = await checkParts(workFolder, partsOf(machine, ['fleet']), machine);
  const part = (id: PartId): PartStatus | undefined =>
    statuses.find((status) => status.id === id && status.status === 'ok');
  const chromium = part('chromium')?.path;
  const chromedriver = part('chromedriver')?.path;
  const swiftshaderIcd = chromium === undefined ? undefined : await swiftshaderBeside(chromium, machine);
  const runtime = part('onnxruntime-node');
  const isPart = runtime?.path === join(partsFolder(workFolder), 'onnxruntime-node');
  const emulators = ARCHES.map((arch) => [arch, emulatorOf(arch, part, machine)] as const);
  return {
    ...(chromium === undefined ? {} : { chromium }),
    ...(chromedriver === undefined ? {} : { chromedriver }),
    ...(swiftshaderIcd === undefined ? {} : { swiftshaderIcd }),
    ...(isPart ? { runtimeModules: join(partsFolder(workFolder), 'onnxruntime-node', 'node_modules') } : {}),
    emulators: Object.fromEntries(emulators.filter(([, emulator]) => emulator !== undefined)),
  };
}

/** The emulator that a Node for `arch` would run in, whether or not that Node is there yet. */
export async function locateEmulatorFor(
  workFolder: string,
  arch: Arch,
  machine: Machine,
): Promise<Omit<Emulator, 'node'> | undefined> {
  const statuses = await checkParts(workFolder, ['qemu-user', `sysroot-${arch}`], machine);
  const [qemu, sysroot] = statuses;
  const binary = qemuPath(qemu, arch);
  if (binary === undefined || sysroot?.path === undefined) return undefined;
  return { binary, sysroot: sysroot.path, version: qemu?.version ?? '' };
}

/** A project-local part is a folder; a system's qemu is the path of one of its two binaries. */
function qemuPath(qemu: PartStatus | undefined, arch: Arch): string | undefined {
  if (qemu?.path === undefined) return undefined;
  const folder = qemu.detail === 'in the system' ? dirname(qemu.path) : join(qemu.path, 'bin');
  return join(folder, qemuBinary(arch));
}

function emulatorOf(
  arch: Arch,
  part: (id: PartId) => PartStatus | undefined,
  machine: Machine,
): Emulator | undefined {
  const qemu = part('qemu-user');
  const binary = qemuPath(qemu, arch);
  const version = qemu?.version;
  if (binary === undefined || version === undefined) return undefined;
  if (arch === machine.arch) return { binary, node: machine.node.path, version };
  const sysroot = part(`sysroot-${arch}`)?.path;
  const node = part(`node-${arch}`)?.path;
  if (sysroot === undefined || node === undefined) return undefined;
  return { binary, sysroot, node: join(node, 'bin/node'), version };
}

async function swiftshaderBeside(chromium: string, machine: Machine): Promise<string | undefined> {
  const folders = [dirname(chromium), join(machine.root, 'usr/lib/chromium')];
  for (const folder of folders) {
    const icd = join(folder, 'vk_swiftshader_icd.json');
    const isThere = await access(icd).then(
      () => true,
      () => false,
    );
    if (isThere) return icd;
  }
  return undefined;
}
