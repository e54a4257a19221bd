import { open, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Arch, LaunchRequest } from './capabilities.ts';
import { type CpuidFacts, cpuidProgram, readCpuid } from './cpuid-program.ts';
import { inheritedEnvironment } from './environment.ts';
import { nearestName } from './nearest-name.ts';
import { refusal } from './refusal.ts';
import { type ProgramResult, runProgram } from './run-program.ts';

/** Older ones crash in ONNX Runtime on Arm, because the guest reads its host's /proc/cpuinfo, and compute SME wrongly. */
const OLDEST_QEMU_MAJOR = 10;
const TIMEOUT_MS = 20_000;
/** `e_machine` of an ELF file. */
const ELF_MACHINES: Readonly<Record<number, Arch>> = { 62: 'x86_64', 183: 'aarch64' };

type EmulatedSoc = Extract<LaunchRequest, { kind: 'qemu-user' }>;

/** What the agent cannot find out inside the emulator, in the variables that it reads. */
export interface EmulatorFacts {
  readonly FLEETDIFF_EMULATED: string;
  readonly FLEETDIFF_SOC?: string;
  readonly FLEETDIFF_ISA?: string;
}

/**
 * Checks that the emulator emulates what the session asks for, and measures the emulated CPU.
 * @throws SessionNotCreatedError
 */
export async function inspectEmulator(soc: EmulatedSoc, scratch: string): Promise<EmulatorFacts> {
  const { arch, cpu, emulator } = soc;
  const version = await emulatorVersion(emulator.binary, arch);
  const nodeArch = await elfArch(emulator.node);
  if (nodeArch !== arch) {
    throw refusal(
      `The emulator's node is built for ${nodeArch ?? 'another machine'}, the session asks for ${arch}: ${emulator.node}.`,
    );
  }
  await expectCpu(emulator.binary, cpu);
  const emulated = `qemu-user ${version} cpu=${cpu}`;
  // An Arm guest sees its own /proc/cpuinfo and auxiliary vector; an x86 guest sees its host's.
  if (arch === 'aarch64') return { FLEETDIFF_EMULATED: emulated };
  const { facts, lacking } = await measureX86(soc, scratch);
  return {
    FLEETDIFF_EMULATED: lacking.length === 0 ? emulated : `${emulated} without ${lacking.join(' ')}`,
    FLEETDIFF_SOC: facts.brand || cpu,
    FLEETDIFF_ISA: facts.isa.join(' '),
  };
}

async function emulatorVersion(binary: string, arch: Arch): Promise<string> {
  const { stdout } = await ask(binary, ['--version']);
  const [, guest, version, major] = /^qemu-(\S+) version ((\d+)\.[\d.]+)/.exec(stdout.toString('utf8')) ?? [];
  if (guest === undefined || version === undefined) {
    throw refusal(`appium:emulator binary is no qemu-user: ${binary} --version says something else.`);
  }
  if (guest !== arch) {
    throw refusal(`appium:emulator binary emulates ${guest}, the session asks for ${arch}: ${binary}.`);
  }
  if (Number(major) < OLDEST_QEMU_MAJOR) {
    throw refusal(
      `qemu-user ${version} is too old, ${OLDEST_QEMU_MAJOR} or newer is needed: ${binary}. ` +
        'Older ones crash or compute wrongly on Arm. On Debian 12 the backports suite has a newer one.',
    );
  }
  return version;
}

/** `-cpu help` lists names with two leading blanks; flags that a name may carry stand after a comma. */
async function expectCpu(binary: string, cpu: string): Promise<void> {
  const { stdout } = await ask(binary, ['-cpu', 'help']);
  const [cpus = ''] = stdout.toString('utf8').split(/\n\s*\n/);
  const known = [...cpus.matchAll(/^ {2}(\S+)/gm)].map((match) => match[1] as string);
  const [name = ''] = cpu.split(',');
  if (known.includes(name)) return;
  const nearest = nearestName(name, known);
  throw refusal(
    `The emulator knows no CPU "${name}".${nearest ? ` Did you mean "${nearest}"?` : ''} It knows: ${known.join(', ')}.`,
  );
}

async function measureX86(
  { cpu, emulator }: EmulatedSoc,
  scratch: string,
): Promise<{ facts: CpuidFacts; lacking: string[] }> {
  const program = path.join(scratch, 'cpuid');
  await writeFile(program, cpuidProgram(), { mode: 0o700 });
  try {
    const { code, stdout, stderr } = await ask(emulator.binary, ['-cpu', cpu, program]);
    if (code !== 0) throw refusal(`${emulator.binary} -cpu ${cpu} does not start: ${stderr.trim()}`);
    // qemu names what the real CPU has and the emulated one lacks: `…feature: CPUID.07H:EBX.avx512f [bit 16]`.
    const lacking = [...stderr.matchAll(/support requested feature: \S+\.(\S+) \[/g)].map(
      (match) => match[1] as string,
    );
    return { facts: readCpuid(stdout), lacking: [...new Set(lacking)].filter(choosesKernels) };
  } finally {
    await rm(program, { force: true });
  }
}

function choosesKernels(feature: string): boolean {
  return /^(avx|amx|fma|f16c|sse|vnni)/.test(feature);
}

async function elfArch(file: string): Promise<Arch | undefined> {
  const handle = await open(file);
  try {
    const header = Buffer.alloc(20);
    const { bytesRead } = await handle.read(header, 0, header.length, 0);
    if (bytesRead < header.length || header.toString('latin1', 0, 4) !== '\x7fELF') return undefined;
    return ELF_MACHINES[header.readUInt16LE(18)];
  } finally {
    await handle.close();
  }
}

async function ask(binary: string, args: readonly string[]): Promise<ProgramResult> {
  try {
    return await runProgram(binary, args, { timeoutMs: TIMEOUT_MS, env: inheritedEnvironment() });
  } catch (error) {
    throw refusal(`appium:emulator binary: ${(error as Error).message}`);
  }
}
