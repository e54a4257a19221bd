import { expect, test } from 'vitest';
import { armIsa, x86Isa } from '../../../harness/agents/node/isa.ts';

const AT_HWCAP = 16;
const AT_HWCAP2 = 26;

/** An auxiliary vector as the kernel lays it out: pairs of 64-bit integers, ended by zeros. */
function auxv(...pairs: readonly (readonly [key: number, value: bigint])[]): Uint8Array {
  return Buffer.from(
    new BigUint64Array([...pairs.flatMap(([key, value]) => [BigInt(key), value]), 0n, 0n, 16n, 2n]).buffer,
  );
}

// /proc/cpuinfo lines of real processors.
test.for([
  [
    'Cascade Lake',
    'flags\t\t: fpu sse sse2 ssse3 fma sse4_1 sse4_2 avx f16c avx2 avx512f avx512vl avx512_vnni',
    'x86_64 ssse3 sse4_1 sse4_2 avx f16c fma avx2 avx512f avx512vl avx512_vnni vnni',
  ],
  [
    'Alder Lake',
    'flags : ssse3 sse4_1 sse4_2 avx f16c fma avx2 avx_vnni gfni',
    'x86_64 ssse3 sse4_1 sse4_2 avx f16c fma avx2 avx_vnni vnni',
  ],
  [
    'Haswell',
    'flags\t: sse sse2 ssse3 sse4_1 sse4_2 avx f16c fma avx2 bmi2',
    'x86_64 ssse3 sse4_1 sse4_2 avx f16c fma avx2',
  ],
  ['no flags', 'processor : 0', 'x86_64'],
] as const)('x86: %s', ([, cpuinfo, isa]) => {
  expect(x86Isa(cpuinfo)).toEqual(isa.split(' '));
});

// Pairs of AT_HWCAP/AT_HWCAP2 and `Features` that one kernel interface showed at once (qemu 10's synthesized ones).
test.for([
  ['Cortex-A53', 0x8fbn, 0n, 'aarch64 fp asimd'],
  ['Cortex-A76', 0x119ffbn, 0n, 'aarch64 fp asimd atomics fphp asimdhp asimdrdm asimddp'],
  [
    'Neoverse V1',
    0xcffffffbn,
    0x17201n,
    'aarch64 fp asimd atomics fphp asimdhp asimdrdm fcma asimddp sve asimdfhm svei8mm svebf16 i8mm bf16',
  ],
] as const)('aarch64: %s from the auxiliary vector', ([, hwcap, hwcap2, isa]) => {
  expect(armIsa('flags : avx2', auxv([6, 4096n], [AT_HWCAP, hwcap], [AT_HWCAP2, hwcap2]))).toEqual(
    isa.split(' '),
  );
});

test('aarch64: the Features line stands in where the vector cannot be read', () => {
  const cpuinfo =
    'processor : 0\nFeatures\t: fp asimd aes atomics fphp asimdhp cpuid asimdrdm asimddp\nCPU part : 0xd0b\n';
  expect(armIsa(cpuinfo, undefined)).toEqual(
    'aarch64 fp asimd atomics fphp asimdhp asimdrdm asimddp'.split(' '),
  );
});
