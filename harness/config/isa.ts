/** What an `isa` matcher asks of a target. */
export interface IsaCondition {
  /** Features that it must have. */
  readonly present: readonly string[];
  /** Features that it must lack. */
  readonly absent: readonly string[];
}

/**
 * Feature names that probes report: the architecture, then what chooses kernels in ONNX Runtime's MLAS, as Linux spells it in
 * /proc/cpuinfo. `vnni` stands for either of avx512_vnni and avx_vnni.
 */
export const KNOWN_ISA_FEATURES: readonly string[] = [
  ...['x86_64', 'ssse3', 'sse4_1', 'sse4_2', 'avx', 'avx2', 'fma', 'f16c'],
  ...['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl', 'avx512_bf16', 'avx512_fp16', 'avx512_vnni'],
  ...['avx_vnni', 'avx_vnni_int8', 'avx_ne_convert', 'vnni', 'amx_tile', 'amx_int8', 'amx_bf16'],
  ...['aarch64', 'fp', 'asimd', 'fphp', 'asimdhp', 'asimddp', 'asimdrdm', 'asimdfhm'],
  ...['i8mm', 'bf16', 'sve', 'sve2', 'svei8mm', 'svebf16', 'sme', 'sme2'],
  ...['wasm', 'wasm-simd', 'wasm-relaxed-simd'],
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
