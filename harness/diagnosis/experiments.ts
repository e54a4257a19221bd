import type { Delegate } from '../domain/device.ts';
import type { IslandFacts, Side } from './evidence.ts';

export type ExperimentName =
  | 'x64quantprecision'
  | 'bf16-fast-math-off'
  | 'denormals-kept'
  | 'optimization-disabled'
  | 'kleidiai-disabled'
  | 'one-thread';

/** A changed run of one island on the same target. */
export interface PlannedExperiment {
  readonly name: ExperimentName;
  /** In words, to stand after "with". */
  readonly change: string;
  readonly delegate: Partial<Pick<Delegate, 'optimization' | 'threads' | 'sessionConfig'>>;
}

interface Candidate extends PlannedExperiment {
  /** Whether its answer could tell anything here. */
  readonly tells: (island: IslandFacts, side: Side) => boolean;
}

const MOST_EXPERIMENTS = 4;

const BF16_FAST_MATH = 'mlas.enable_gemm_fastmath_arm64_bfloat16';
const DENORMAL_AS_ZERO = 'session.set_denormal_as_zero';
const X64_PRECISION = 'session.x64quantprecision';
const DISABLE_KLEIDIAI = 'mlas.disable_kleidiai';

/** Operators that end in a matrix multiplication, where KleidiAI and threads can change the order of sums. */
const MULTIPLIES = /Conv|MatMul|Gemm|Attention|LSTM|GRU/;

/** The ones that tell most come first. */
const EXPERIMENTS: readonly Candidate[] = [
  {
    name: 'x64quantprecision',
    change: `${X64_PRECISION}=1`,
    delegate: { sessionConfig: { [X64_PRECISION]: '1' } },
    tells: (island, side) =>
      island.u8s8FullRange && lacksVnni(side) && runsOnCpu(side) && !isOn(side, X64_PRECISION),
  },
  {
    name: 'bf16-fast-math-off',
    change: `${BF16_FAST_MATH}=0`,
    delegate: { sessionConfig: { [BF16_FAST_MATH]: '0' } },
    tells: (_island, side) => isArm(side) && isOn(side, BF16_FAST_MATH),
  },
  {
    name: 'denormals-kept',
    change: `${DENORMAL_AS_ZERO}=0`,
    delegate: { sessionConfig: { [DENORMAL_AS_ZERO]: '0' } },
    tells: (_island, side) => isOn(side, DENORMAL_AS_ZERO),
  },
  {
    name: 'optimization-disabled',
    change: 'graph optimization disabled',
    delegate: { optimization: 'disabled' },
    tells: (_island, { delegate }) => delegate.optimization !== 'disabled',
  },
  {
    name: 'kleidiai-disabled',
    change: `${DISABLE_KLEIDIAI}=1`,
    delegate: { sessionConfig: { [DISABLE_KLEIDIAI]: '1' } },
    tells: (island, side) =>
      isArm(side) && runsOnCpu(side) && multiplies(island) && !isOn(side, DISABLE_KLEIDIAI),
  },
  {
    name: 'one-thread',
    change: '1 thread',
    delegate: { threads: 1 },
    tells: (_island, { delegate }) => delegate.threads > 1,
  },
];

/** Changed runs that would tell causes apart; at most 4. `sessionConfig` holds what is added to the delegate's own. */
export function experimentsFor(island: IslandFacts, candidate: Side): readonly PlannedExperiment[] {
  return EXPERIMENTS.filter(({ tells }) => tells(island, candidate))
    .slice(0, MOST_EXPERIMENTS)
    .map(({ name, change, delegate }) => ({ name, change, delegate }));
}

/** VPMADDUBSW is what MLAS multiplies with on AVX2 and AVX-512 when the CPU has no VNNI. */
export function lacksVnni({ device }: Side): boolean {
  const { isa } = device;
  return isa.includes('x86_64') && !isa.includes('vnni') && (isa.includes('avx2') || isa.includes('avx512f'));
}

function isArm({ device }: Side): boolean {
  return device.isa.includes('aarch64') || device.arch === 'aarch64';
}

export function runsOnCpu({ delegate }: Side): boolean {
  return delegate.provider === 'cpu' && delegate.runtime === 'onnxruntime-node';
}

function isOn({ delegate }: Side, key: string): boolean {
  return delegate.sessionConfig[key] === '1';
}

function multiplies({ operators }: IslandFacts): boolean {
  return operators.some((operator) => MULTIPLIES.test(operator));
}
