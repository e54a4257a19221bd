/** Arm's own parts by the `CPU part` of /proc/cpuinfo (MIDR_EL1; the kernel's arch/arm64/include/asm/cputype.h). */
const ARM_PARTS: Readonly<Record<string, string>> = {
  '0xd03': 'Cortex-A53',
  '0xd04': 'Cortex-A35',
  '0xd05': 'Cortex-A55',
  '0xd06': 'Cortex-A65',
  '0xd07': 'Cortex-A57',
  '0xd08': 'Cortex-A72',
  '0xd09': 'Cortex-A73',
  '0xd0a': 'Cortex-A75',
  '0xd0b': 'Cortex-A76',
  '0xd0c': 'Neoverse N1',
  '0xd0d': 'Cortex-A77',
  '0xd40': 'Neoverse V1',
  '0xd41': 'Cortex-A78',
  '0xd42': 'Cortex-A78AE',
  '0xd44': 'Cortex-X1',
  '0xd46': 'Cortex-A510',
  '0xd47': 'Cortex-A710',
  '0xd48': 'Cortex-X2',
  '0xd49': 'Neoverse N2',
  '0xd4b': 'Cortex-A78C',
  '0xd4d': 'Cortex-A715',
  '0xd4e': 'Cortex-X3',
  '0xd4f': 'Neoverse V2',
  '0xd80': 'Cortex-A520',
  '0xd81': 'Cortex-A720',
  '0xd82': 'Cortex-X4',
  '0xd84': 'Neoverse V3',
  '0xd8e': 'Neoverse N3',
};
const IMPLEMENTERS: Readonly<Record<string, string>> = {
  '0x41': 'Arm',
  '0x42': 'Broadcom',
  '0x46': 'Fujitsu',
  '0x48': 'HiSilicon',
  '0x4e': 'NVIDIA',
  '0x51': 'Qualcomm',
  '0x53': 'Samsung',
  '0x61': 'Apple',
  '0xc0': 'Ampere',
};

/** The CPU's name in an x86 /proc/cpuinfo; undefined when it has none. */
export function x86SocName(cpuinfo: string): string | undefined {
  return /^model name\s*:\s*(.+)$/m.exec(cpuinfo)?.[1]?.trim();
}

/**
 * The cores in an Arm /proc/cpuinfo, each kind once: `Arm Cortex-A55 + Arm Cortex-A76`, with the board's name where there
 * is one; undefined when the file names no core.
 */
export function armSocName(cpuinfo: string, board: string | undefined): string | undefined {
  const implementers = [...cpuinfo.matchAll(/^CPU implementer\s*:\s*(\S+)$/gm)];
  const parts = [...cpuinfo.matchAll(/^CPU part\s*:\s*(\S+)$/gm)];
  const cores = new Set(parts.map((part, core) => coreName(implementers[core]?.[1] ?? '', part[1] ?? '')));
  if (cores.size === 0) return undefined;
  const names = [...cores].join(' + ');
  return board ? `${board} (${names})` : names;
}

function coreName(implementer: string, part: string): string {
  const known = implementer === '0x41' ? ARM_PARTS[part] : undefined;
  return `${IMPLEMENTERS[implementer] ?? `implementer ${implementer}`} ${known ?? `part ${part}`}`;
}
