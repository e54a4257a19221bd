import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { errorBin } from '../histograms.ts';
import { STRETCH_BLOCKS, STRETCH_LENGTH } from '../measurement.ts';

/** What assembly/index.ts exports. Addresses and patterns are plain numbers. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  referenceAddress(): number;
  candidateAddress(): number;
  tallyAddress(): number;
  sumsAddress(): number;
  worstAddress(): number;
  errorCountsAddress(): number;
  ulpCountsAddress(): number;
  stepCountsAddress(): number;
  decadeBinsAddress(): number;
  decadesAddress(): number;
  agreeingAddress(): number;
  ask(atol: number, rtol: number, floor: number, floorBits: number): void;
  askSteps(step: number, offset: number, slack: number): void;
  measureFloats(
    format: number,
    reference: number,
    candidate: number,
    count: number,
    floorPattern: number,
    best: number,
    asked: number,
  ): void;
  measureIntegers(
    format: number,
    reference: number,
    candidate: number,
    count: number,
    best: number,
    asked: number,
  ): void;
  measureBytes(
    format: number,
    reference: number,
    candidate: number,
    count: number,
    floor: number,
    bestError: number,
    bestReference: number,
    asked: number,
  ): void;
  largestFinite(format: number, address: number, count: number): number;
}

/** The kernels with what they read and write. One set a thread: a meter leaves nothing in it between two stretches. */
export interface Kernels {
  readonly exports: KernelExports;
  /** The kernels' whole memory; it never grows. */
  readonly memory: ArrayBuffer;
  /** Room for one stretch of each side. */
  readonly reference: Uint8Array;
  readonly candidate: Uint8Array;
  /** In the order of assembly/tally.ts. */
  readonly tally: Float64Array;
  /** Eight a block: the sums in the order of `Sums`. */
  readonly sums: Float64Array;
  /** Two a block: largest |e|, and pairs that are not finite and differ. */
  readonly worst: Float64Array;
  /** Four a bin. */
  readonly errorCounts: Uint32Array;
  readonly ulpCounts: Uint32Array;
  readonly stepCounts: Uint32Array;
  /** Per |r| of an 8-bit tensor the largest |e| that agrees. */
  readonly agreeing: Uint8Array;
}

/** The bin of the largest difference of two float32, 2^129. */
const LAST_BIN = 1 + 324 + 38;

/** Elements of at most this many bytes are measured by kernels. */
const WIDEST_ELEMENT = 4;

let loaded: Kernels | undefined;

/** Compiled and instantiated when a thread first needs them: a few milliseconds. */
export function loadKernels(): Kernels {
  loaded ??= instantiate();
  return loaded;
}

/** Address of a stretch's bytes: where they lie, when that is in the kernels' memory, else `staging`, to which they are copied. */
export function placeInMemory({ memory }: Kernels, bytes: Uint8Array, staging: Uint8Array): number {
  if (bytes.buffer === memory) return bytes.byteOffset;
  staging.set(bytes);
  return staging.byteOffset;
}

function instantiate(): Kernels {
  const module = new WebAssembly.Module(readFileSync(kernelFile()));
  const exports = new WebAssembly.Instance(module).exports as unknown as KernelExports;
  const memory = exports.memory.buffer;
  const stretchBytes = WIDEST_ELEMENT * STRETCH_LENGTH;
  fillDecades(memory, exports);
  return {
    exports,
    memory,
    reference: new Uint8Array(memory, exports.referenceAddress(), stretchBytes),
    candidate: new Uint8Array(memory, exports.candidateAddress(), stretchBytes),
    tally: new Float64Array(memory, exports.tallyAddress(), 24),
    sums: new Float64Array(memory, exports.sumsAddress(), 8 * STRETCH_BLOCKS),
    worst: new Float64Array(memory, exports.worstAddress(), 2 * STRETCH_BLOCKS),
    errorCounts: new Uint32Array(memory, exports.errorCountsAddress(), 2560),
    ulpCounts: new Uint32Array(memory, exports.ulpCountsAddress(), 272),
    stepCounts: new Uint32Array(memory, exports.stepCountsAddress(), 528),
    agreeing: new Uint8Array(memory, exports.agreeingAddress(), 256),
  };
}

/** Beside this file when built; run from its source (tests), the room takes what was built. */
function kernelFile(): string {
  const built = import.meta.url.endsWith('.ts') ? '../../../dist/numerics/kernels/' : './';
  return fileURLToPath(new URL(`${built}kernels.wasm`, import.meta.url));
}

/**
 * Per bin of |e| its lower bound, and per biased exponent the bin of its smallest number, for the exponents that differences of
 * float32 and of integers have.
 */
function fillDecades(memory: ArrayBuffer, exports: KernelExports): void {
  const decades = new Float64Array(memory, exports.decadesAddress(), LAST_BIN + 2);
  for (let bin = 1; bin < decades.length; bin++) decades[bin] = Number(`1e${bin - 325}`);
  const bins = new Uint32Array(memory, exports.decadeBinsAddress(), 2048);
  for (let power = -149; power <= 129; power++) bins[power + 1023] = errorBin(2 ** power);
}
