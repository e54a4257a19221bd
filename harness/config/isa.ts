/** What an `isa` matcher asks of a target. */
export interface IsaCondition {
  /** Features that it must have. */
  readonly present: readonly string[];
  /** Features that it must lack. */
  readonly absent: readonly string[];
}

/**
 * Feature names that probes report: the architecture, then what chooses kernels, as Linux spells it (x86: /proc/cpuinfo, Arm:
 * hwcap). `vnni` stands for either of avx512_vnni and avx_vnni.
 */
export const KNOWN_ISA_FEATURES: readonly string[] = [
  ...[
    'x86_64',
    'ssse3',
    'sse4_1',
    'sse4_2',
    'avx',
    'f16c',
    'fma',
    'avx2',
    'avx_ifma',
    'avx_vnni',
    'avx_vnni_int8',
  ],
  ...['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl', 'avx512_vnni', 'avx512_bf16', 'avx512_fp16'],
  ...['vnni', 'amx_tile', 'amx_int8', 'amx_bf16'],
  ...[
    'aarch64',
    'fp',
    'asimd',
    'atomics',
    'fphp',
    'asimdhp',
    'asimdrdm',
    'fcma',
    'asimddp',
    'asimdfhm',
    'frint',
  ],
  ...[
    'i8mm',
    'bf16',
    'ebf16',
    'sve',
    'sve2',
    'sve2p1',
    'svei8mm',
    'svef32mm',
    'svef64mm',
    'svebf16',
    'sveebf16',
  ],
  ...['sme', 'sme2', 'sme2p1', 'smei8i32', 'smei16i32', 'smei16i64', 'smebi32i32', 'smef16f32', 'smeb16f32'],
  ...['smef32f32', 'smef64f64', 'smefa64', 'smeb16b16', 'smef16f16'],
  ...['wasm32', 'wasm-simd128', 'wasm-relaxed-simd'],
];

/** `x86_64 !vnni` -> {present: [x86_64], absent: [vnni]}. Words are separated by spaces or commas; case does not matter. */
export function parseIsa(text: string): IsaCondition {
  const words = text
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((word) => word !== '');
  return {
    present: words.filter((word) => !word.startsWith('!')),
    absent: words.filter((word) => word.startsWith('!')).map((word) => word.slice(1)),
  };
}

/** A target whose features are not known (its probe failed) satisfies no condition, not even one of absence. */
export function satisfiesIsa(condition: IsaCondition, features: readonly string[] | undefined): boolean {
  if (features === undefined || features.length === 0) return false;
  return (
    condition.present.every((feature) => features.includes(feature)) &&
    condition.absent.every((feature) => !features.includes(feature))
  );
}
