import { readFile } from 'node:fs/promises';
import os from 'node:os';
import type { DeviceFacts } from '../../domain/run-files.ts';
import { armIsa, x86Isa } from './isa.ts';
import { type Ort, runtimeVersion } from './runtime.ts';
import { armSocName, x86SocName } from './soc-name.ts';

/**
 * What this process can say of the device it runs on. Where the SoC is emulated, the driver measured what the guest cannot
 * see (an x86 guest of qemu-user reads its host's /proc/cpuinfo) and says it in FLEETDIFF_EMULATED, FLEETDIFF_SOC, FLEETDIFF_ISA.
 */
export async function deviceFacts(ort: Ort): Promise<DeviceFacts> {
  const emulator = process.env.FLEETDIFF_EMULATED;
  const cpuinfo = (await readSystemFile('/proc/cpuinfo'))?.toString('utf8') ?? '';
  const arm = process.arch === 'arm64';
  return {
    soc: process.env.FLEETDIFF_SOC ?? (await socName(cpuinfo, arm, emulator !== undefined)),
    arch: architecture(),
    isa: process.env.FLEETDIFF_ISA?.split(' ') ?? (await isa(cpuinfo, arm)),
    os: await osName(),
    runtime: { name: 'onnxruntime-node', version: runtimeVersion(ort) },
    host: { name: 'node', version: process.versions.node },
    ...(emulator === undefined ? {} : { emulator }),
    memoryBytes: os.totalmem(),
  };
}

function architecture(): string {
  if (process.arch === 'x64') return 'x86_64';
  return process.arch === 'arm64' ? 'aarch64' : process.arch;
}

async function isa(cpuinfo: string, arm: boolean): Promise<string[]> {
  if (arm) return armIsa(cpuinfo, await readSystemFile('/proc/self/auxv'));
  return process.arch === 'x64' ? x86Isa(cpuinfo) : [architecture()];
}

async function socName(cpuinfo: string, arm: boolean, emulated: boolean): Promise<string> {
  // The board's name would be that of the emulator's host.
  const board = emulated ? undefined : await readSystemFile('/proc/device-tree/model');
  const name = arm
    ? armSocName(cpuinfo, board?.toString('utf8').replaceAll('\0', '').trim())
    : x86SocName(cpuinfo);
  return name ?? os.cpus()[0]?.model ?? 'unknown';
}

async function osName(): Promise<string> {
  const release = (await readSystemFile('/etc/os-release'))?.toString('utf8') ?? '';
  const name = /^PRETTY_NAME="?([^"\n]+)"?$/m.exec(release)?.[1];
  return `${name ?? os.type()}, kernel ${os.release()}`;
}

/** A file that not every system has, or lets a process read; undefined then. */
async function readSystemFile(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EPERM') return undefined;
    throw error;
  }
}
