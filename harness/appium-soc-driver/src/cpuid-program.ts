/** CPUID leaves that tell the brand and the features which choose ONNX Runtime's kernels, as [EAX, ECX]. */
const LEAVES: readonly (readonly [leaf: number, subleaf: number])[] = [
  [0, 0],
  [1, 0],
  [7, 0],
  [7, 1],
  [0x80000000, 0],
  [0x80000002, 0],
  [0x80000003, 0],
  [0x80000004, 0],
];
/** Each leaf's EAX, EBX, ECX, EDX as 64-bit words. */
const LEAF_BYTES = 32;
const LOAD_ADDRESS = 0x400000;
const HEADER_BYTES = 64 + 56;

/** Registers of one CPUID leaf. */
interface Registers {
  readonly eax: number;
  readonly ebx: number;
  readonly ecx: number;
  readonly edx: number;
}

/** What a CPU says of itself. */
export interface CpuidFacts {
  readonly brand: string;
  /** Spelled and ordered as the agent does: `x86_64`, then features, `vnni` last when there is either VNNI. */
  readonly isa: readonly string[];
}

type Register = keyof Registers;
/** Feature bits: Intel SDM volume 2A, CPUID; names as in Linux's /proc/cpuinfo. */
const FEATURES: readonly (readonly [name: string, leaf: number, register: Register, bit: number])[] = [
  ['ssse3', 1, 'ecx', 9],
  ['sse4_1', 1, 'ecx', 19],
  ['sse4_2', 1, 'ecx', 20],
  ['avx', 1, 'ecx', 28],
  ['f16c', 1, 'ecx', 29],
  ['fma', 1, 'ecx', 12],
  ['avx2', 2, 'ebx', 5],
  ['avx_vnni', 3, 'eax', 4],
  ['avx_vnni_int8', 3, 'edx', 4],
  ['avx_ifma', 3, 'eax', 23],
  ['avx512f', 2, 'ebx', 16],
  ['avx512bw', 2, 'ebx', 30],
  ['avx512cd', 2, 'ebx', 28],
  ['avx512dq', 2, 'ebx', 17],
  ['avx512vl', 2, 'ebx', 31],
  ['avx512_vnni', 2, 'ecx', 11],
  ['avx512_bf16', 3, 'eax', 5],
  ['avx512_fp16', 2, 'edx', 23],
  ['amx_tile', 2, 'edx', 24],
  ['amx_int8', 2, 'edx', 25],
  ['amx_bf16', 2, 'edx', 22],
];

/**
 * A static x86-64 Linux program that runs CPUID and writes the registers to stdout. An emulated x86 process reads its host's
 * /proc/cpuinfo, and JavaScript has no CPUID: this asks the emulated CPU itself. Each leaf is pushed, so the last comes first.
 */
export function cpuidProgram(): Uint8Array {
  const code = LEAVES.flatMap(([leaf, subleaf]) => [
    ...[0xb8, ...littleEndian(leaf, 4)], // mov eax, leaf
    ...[0xb9, ...littleEndian(subleaf, 4)], // mov ecx, subleaf
    ...[0x0f, 0xa2], // cpuid
    ...[0x52, 0x51, 0x53, 0x50], // push rdx, rcx, rbx, rax
  ]);
  code.push(
    ...[0xb8, ...littleEndian(1, 4)], // mov eax, SYS_write
    ...[0xbf, ...littleEndian(1, 4)], // mov edi, stdout
    ...[0x48, 0x89, 0xe6], // mov rsi, rsp
    ...[0xba, ...littleEndian(LEAVES.length * LEAF_BYTES, 4)], // mov edx, length
    ...[0x0f, 0x05], // syscall
    ...[0xb8, ...littleEndian(60, 4)], // mov eax, SYS_exit
    ...[0x31, 0xff], // xor edi, edi
    ...[0x0f, 0x05], // syscall
  );
  const size = HEADER_BYTES + code.length;
  const elfHeader = [
    ...[0x7f, 0x45, 0x4c, 0x46, 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0], // ELF, 64 bits, little-endian, System V
    ...littleEndian(2, 2), // executable
    ...littleEndian(62, 2), // x86-64
    ...littleEndian(1, 4),
    ...littleEndian(LOAD_ADDRESS + HEADER_BYTES, 8), // entry
    ...littleEndian(64, 8), // program header offset
    ...littleEndian(0, 8), // no section headers
    ...littleEndian(0, 4),
    ...[64, 56, 1, 64, 0, 0].flatMap((value) => littleEndian(value, 2)), // sizes and counts
  ];
  const programHeader = [
    ...littleEndian(1, 4), // loadable
    ...littleEndian(5, 4), // read, execute
    ...littleEndian(0, 8), // from the file's start
    ...littleEndian(LOAD_ADDRESS, 8),
    ...littleEndian(LOAD_ADDRESS, 8),
    ...littleEndian(size, 8),
    ...littleEndian(size, 8),
    ...littleEndian(0x1000, 8), // alignment
  ];
  return Uint8Array.from([...elfHeader, ...programHeader, ...code]);
}

/** The program's output in words. @throws Error when the output has another length */
export function readCpuid(output: Uint8Array): CpuidFacts {
  if (output.length !== LEAVES.length * LEAF_BYTES) {
    throw new Error(
      `The CPUID program wrote ${output.length} bytes instead of ${LEAVES.length * LEAF_BYTES}.`,
    );
  }
  const view = new DataView(output.buffer, output.byteOffset, output.byteLength);
  const registers = LEAVES.map((_, leaf): Registers => {
    const at = (LEAVES.length - 1 - leaf) * LEAF_BYTES;
    const [eax, ebx, ecx, edx] = [0, 8, 16, 24].map((offset) => view.getUint32(at + offset, true));
    return { eax, ebx, ecx, edx } as Registers;
  });
  const isa = [
    'x86_64',
    ...FEATURES.filter((feature) => hasFeature(registers, feature)).map(([name]) => name),
  ];
  const vnni = isa.includes('avx512_vnni') || isa.includes('avx_vnni');
  return { brand: brandOf(registers), isa: vnni ? [...isa, 'vnni'] : isa };
}

function hasFeature(
  registers: readonly Registers[],
  [, leaf, register, bit]: (typeof FEATURES)[number],
): boolean {
  // Beyond the last leaf a CPU answers with another leaf's registers.
  const highestLeaf = registers[0]?.eax ?? 0;
  const highestSubleafOf7 = registers[2]?.eax ?? 0;
  if (leaf >= 2 && highestLeaf < 7) return false;
  if (leaf === 3 && highestSubleafOf7 < 1) return false;
  return (((registers[leaf]?.[register] ?? 0) >>> bit) & 1) === 1;
}

function brandOf(registers: readonly Registers[]): string {
  if ((registers[4]?.eax ?? 0) < 0x80000004) return '';
  const words = registers.slice(5).flatMap(({ eax, ebx, ecx, edx }) => [eax, ebx, ecx, edx]);
  const text = String.fromCharCode(...words.flatMap((word) => littleEndian(word, 4)));
  return text.replaceAll('\0', '').trim().replaceAll(/\s+/g, ' ');
}

function littleEndian(value: number, bytes: number): number[] {
  return Array.from({ length: bytes }, (_, index) => Math.floor(value / 256 ** index) % 256);
}
