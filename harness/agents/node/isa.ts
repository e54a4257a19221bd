/** Features that choose ONNX Runtime's kernels on x86-64, as /proc/cpuinfo spells them. */
const X86_FEATURES = [
  'ssse3',
  'sse4_1',
  'sse4_2',
  'avx',
  'f16c',
  'fma',
  'avx2',
  'avx_vnni',
  'avx_vnni_int8',
  'avx_ifma',
  'avx512f',
  'avx512bw',
  'avx512cd',
  'avx512dq',
  'avx512vl',
  'avx512_vnni',
  'avx512_bf16',
  'avx512_fp16',
  'amx_tile',
  'amx_int8',
  'amx_bf16',
];

/** Linux's AT_HWCAP and AT_HWCAP2 bits on aarch64, lowest first (arch/arm64/include/uapi/asm/hwcap.h). */
const HWCAP =
  'fp asimd evtstrm aes pmull sha1 sha2 crc32 atomics fphp asimdhp cpuid asimdrdm jscvt fcma lrcpc dcpop sha3 sm3 sm4 asimddp sha512 sve asimdfhm dit uscat ilrcpc flagm ssbs sb paca pacg'.split(
    ' ',
  );
const HWCAP2 =
  'dcpodp sve2 sveaes svepmull svebitperm svesha3 svesm4 flagm2 frint svei8mm svef32mm svef64mm svebf16 i8mm bf16 dgh rng bti mte ecv afp rpres mte3 sme smei16i64 smef64f64 smei8i32 smef16f32 smeb16f32 smef32f32 smefa64 wfxt ebf16 sveebf16 cssc rprfm sve2p1 sme2 sme2p1 smei16i32 smebi32i32 smeb16b16 smef16f16'.split(
    ' ',
  );
/** Features that choose no kernel of a neural network: cryptography, pointers, timers. */
const ARM_OTHER = new Set(
  'evtstrm aes pmull sha1 sha2 crc32 cpuid jscvt lrcpc dcpop sha3 sm3 sm4 sha512 dit uscat ilrcpc flagm ssbs sb paca pacg dcpodp sveaes svepmull svebitperm svesha3 svesm4 flagm2 dgh rng bti mte mte3 ecv afp rpres wfxt cssc rprfm'.split(
    ' ',
  ),
);

const AT_NULL = 0n;
const AT_HWCAP = 16n;
const AT_HWCAP2 = 26n;

/** x86-64's features from the `flags` line of /proc/cpuinfo, led by the architecture; `vnni` stands for either VNNI. */
export function x86Isa(cpuinfo: string): string[] {
  const flags = new Set((/^flags\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? '').split(/\s+/));
  const features = X86_FEATURES.filter((feature) => flags.has(feature));
  const vnni = features.some((feature) => feature === 'avx512_vnni' || feature === 'avx_vnni');
  return ['x86_64', ...features, ...(vnni ? ['vnni'] : [])];
}

/**
 * aarch64's features, led by the architecture: from the auxiliary vector, because an emulated process may read the
 * /proc/cpuinfo of its host; from the `Features` line where the vector cannot be read.
 */
export function armIsa(cpuinfo: string, auxv: Uint8Array | undefined): string[] {
  const listed = /^Features\s*:\s*(.*)$/m.exec(cpuinfo)?.[1] ?? '';
  const features = auxv ? hwcapFeatures(auxv) : listed.trim().split(/\s+/);
  return ['aarch64', ...features.filter((feature) => feature !== '' && !ARM_OTHER.has(feature))];
}

/** The auxiliary vector is a list of (key, value) pairs of 64-bit little-endian integers. */
function hwcapFeatures(auxv: Uint8Array): string[] {
  const view = new DataView(auxv.buffer, auxv.byteOffset, auxv.byteLength);
  const features: string[] = [];
  for (let offset = 0; offset + 16 <= view.byteLength; offset += 16) {
    const key = view.getBigUint64(offset, true);
    const bits = view.getBigUint64(offset + 8, true);
    if (key === AT_NULL) break;
    const names = key === AT_HWCAP ? HWCAP : key === AT_HWCAP2 ? HWCAP2 : [];
    features.push(...names.filter((_, bit) => (bits >> BigInt(bit)) & 1n));
  }
  return features;
}
