import type { Delegate } from '../../harness/domain/device.ts';
import type { DecidingRule, Flip } from '../../harness/domain/run-files.ts';

/** The default fleet as measurements on real machines shaped it: how far each target is from the reference. */

export const RULE: DecidingRule = {
  file: 'fixtures/digits/budgets.yml',
  line: 4,
  reason: 'rounding of requantization may move one step',
  owner: '@vision',
};

const SATURATION = {
  file: 'fixtures/digits/budgets.yml',
  line: 12,
  reason: 'U8S8 saturation without VNNI; fixed by reduced-range weights, see digits.u8s7',
  owner: '@vision',
  expires: '2027-06-30',
  expired: false,
};

const JSEP = {
  file: 'fixtures/digits/budgets.yml',
  line: 19,
  reason:
    'the deprecated JSEP build is wrong on quantized models, onnxruntime issue 32578; nothing ships on it',
  owner: '@web',
  expires: '2026-12-31',
  expired: false,
};

/** One target of the sample: how far it is from the reference, and what became of it. */
export interface SampleTarget {
  readonly device: string;
  readonly delegate: string;
  readonly soc: string;
  readonly arch?: string;
  readonly isa?: readonly string[];
  readonly emulator?: string;
  readonly runtime?: Delegate['runtime'];
  readonly provider?: string;
  readonly capture?: 'captured' | 'failed' | 'skipped';
  readonly maxSteps?: number;
  readonly maxAbs?: number;
  readonly differing?: number;
  readonly flips?: readonly Flip[];
  readonly flipCount?: number;
  readonly waiver?: typeof SATURATION;
  readonly classId?: string;
}

export function flip(sample: string, from: number, to: number, expected: number, nearTie = false): Flip {
  return {
    sample,
    reference: { class: from, score: 6.12, margin: 0.84 },
    candidate: { class: to, score: 5.71, margin: nearTie ? 0.02 : 0.46 },
    nearTie,
    expected,
  };
}

const QEMU = 'qemu-user 10.0.2';
const ARM = ['aarch64', 'asimd'];

export const DEFAULT_FLEET: readonly SampleTarget[] = [
  { device: 'workstation', delegate: 'cpu', soc: 'Intel Xeon (Sapphire Rapids)', classId: 'A' },
  { device: 'workstation', delegate: 'cpu-noopt', soc: 'Intel Xeon (Sapphire Rapids)', classId: 'A' },
  {
    device: 'workstation',
    delegate: 'webgpu',
    soc: 'Intel Xeon (Sapphire Rapids)',
    provider: 'webgpu',
    capture: 'skipped',
  },
  {
    device: 'haswell',
    delegate: 'cpu',
    soc: 'Intel Core (Haswell)',
    isa: ['x86_64', 'avx2', 'fma'],
    emulator: QEMU,
    maxSteps: 19,
    maxAbs: 3.5625,
    differing: 1767,
    flips: [flip('digits-001#12', 4, 9, 4), flip('digits-002#3', 7, 2, 7), flip('digits-003#41', 5, 3, 3)],
    waiver: SATURATION,
    classId: 'B',
  },
  { device: 'nehalem', delegate: 'cpu', soc: 'Intel Nehalem', emulator: QEMU, capture: 'failed' },
  {
    device: 'cortex-a53',
    delegate: 'cpu',
    soc: 'Arm Cortex-A53',
    arch: 'aarch64',
    isa: ARM,
    emulator: QEMU,
    maxSteps: 1,
    maxAbs: 0.1875,
    differing: 10,
    classId: 'C',
  },
  {
    device: 'cortex-a76',
    delegate: 'cpu',
    soc: 'Arm Cortex-A76',
    arch: 'aarch64',
    isa: [...ARM, 'asimddp', 'fphp'],
    emulator: QEMU,
    maxSteps: 1,
    maxAbs: 0.1875,
    differing: 14,
    classId: 'D',
  },
  {
    device: 'neoverse-v1',
    delegate: 'cpu',
    soc: 'Arm Neoverse V1',
    arch: 'aarch64',
    isa: [...ARM, 'asimddp', 'i8mm', 'sve', 'bf16'],
    emulator: QEMU,
    maxSteps: 1,
    maxAbs: 0.1875,
    differing: 14,
    classId: 'D',
  },
  {
    device: 'chromium',
    delegate: 'wasm',
    soc: 'WebAssembly',
    runtime: 'onnxruntime-web',
    provider: 'wasm',
    classId: 'A',
  },
  {
    device: 'chromium',
    delegate: 'webgpu',
    soc: 'SwiftShader',
    runtime: 'onnxruntime-web',
    provider: 'webgpu',
    maxSteps: 2,
    maxAbs: 0.375,
    differing: 12,
    classId: 'E',
  },
  {
    device: 'chromium',
    delegate: 'webgpu-jsep',
    soc: 'SwiftShader',
    runtime: 'onnxruntime-web',
    provider: 'webgpu',
    maxSteps: 71,
    maxAbs: 13.3125,
    differing: 1998,
    flips: Array.from({ length: 40 }, (_, n) => flip(`digits-000#${n}`, n % 10, 3, n % 10)),
    flipCount: 178,
    waiver: JSEP,
    classId: 'F',
  },
];

export function nameOf(target: SampleTarget): string {
  return `${target.device}/${target.delegate}`;
}
