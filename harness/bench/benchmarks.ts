import { secondsForAgreeingFleet } from './agreeing-fleet.ts';
import { THROUGHPUT_BYTES, THROUGHPUT_DTYPES, throughput } from './compare-throughput.ts';
import { costOfStages, FLEET_STAGES } from './fleet-stages.ts';
import { LOCALIZED_NODES, secondsOfLocalize } from './localize-cost.ts';
import { type Machine, measureMachine } from './machine.ts';
import { PAIRS, secondsForManySmall } from './many-small.ts';
import type { SimulatedFleet } from './simulated-fleet.ts';
import { peakMemoryOfDiff, wholeDiff } from './whole-process.ts';

/** One line of `fleetdiff bench`: figures with their unit in the name. */
export type BenchRow = { readonly bench: string } & Readonly<Record<string, unknown>>;

export interface Benchmark {
  readonly name: string;
  readonly meaning: string;
  /** Rows as they are measured. */
  readonly run: (machine: Machine, fleet: FleetOptions) => AsyncGenerator<BenchRow>;
}

/** Of the simulated fleet; what is not given is as the claims have it. */
export type FleetOptions = Partial<SimulatedFleet>;

const MIB = 2 ** 20;
const GIB = 2 ** 30;
const FLEET = 1000;
const SIMULATED: SimulatedFleet = { targets: 1000, suites: 20, tensors: 50, divergent: 0.05, answers: 8 };

export const BENCHMARKS: readonly Benchmark[] = [
  {
    name: 'compare',
    meaning: 'all metrics of one pair: float32, float16, uint8; 4 KiB to 256 MiB a side',
    run: compare,
  },
  { name: 'small', meaning: '10,000 pairs of 4 KiB', run: small },
  { name: 'diff', meaning: 'the whole process: fleetdiff diff of two 256 MiB .npz', run: diff },
  { name: 'fleet', meaning: '1,000 targets that agree against one', run: fleet },
  { name: 'stages', meaning: 'compare, judge, render and append of a simulated fleet', run: stages },
  { name: 'localize', meaning: 'localize on this machine: models of 50 to 400 nodes', run: localize },
  { name: 'memory', meaning: 'peak memory of fleetdiff diff of two 2 GiB tensors', run: memory },
];

/** The machine first: every other row is read against it. */
export async function* runBenchmarks(
  names: readonly string[],
  fleet: FleetOptions = {},
): AsyncGenerator<BenchRow> {
  const machine = await measureMachine();
  const { readBandwidth, ...facts } = machine;
  yield {
    bench: 'machine',
    ...facts,
    readGBPerSecondOneThread: figure(readBandwidth.oneThread),
    readGBPerSecondAllThreads: figure(readBandwidth.allThreads),
  };
  for (const { name, run } of BENCHMARKS) {
    if (names.length === 0 || names.includes(name)) yield* run(machine, fleet);
  }
}

async function* compare(machine: Machine): AsyncGenerator<BenchRow> {
  for (const dtype of THROUGHPUT_DTYPES) {
    for (const bytes of THROUGHPUT_BYTES) {
      const seconds = await throughput(dtype, bytes, machine.numpy !== undefined);
      const best = Math.min(seconds.oneThread, seconds.allThreads);
      yield {
        bench: 'compare',
        dtype,
        bytesASide: bytes,
        oneThreadGBPerSecond: figure((2 * bytes) / seconds.oneThread / 1e9),
        withHistogramsGBPerSecond: figure((2 * bytes) / seconds.withHistograms / 1e9),
        allThreadsGBPerSecond: figure((2 * bytes) / seconds.allThreads / 1e9),
        plainGBPerSecond: figure((2 * bytes) / seconds.plain / 1e9),
        ...(seconds.numpy !== undefined && { numpyGBPerSecond: figure((2 * bytes) / seconds.numpy / 1e9) }),
        timesPlain: figure(seconds.plain / best),
        ...(seconds.numpy !== undefined && { timesNumpy: figure(seconds.numpy / best) }),
        shareOfReadBandwidth: figure((2 * bytes) / best / 1e9 / machine.readBandwidth.allThreads),
      };
    }
  }
}

async function* small(): AsyncGenerator<BenchRow> {
  const seconds = secondsForManySmall();
  yield {
    bench: 'small',
    pairs: PAIRS,
    seconds: figure(seconds),
    microsecondsAPair: figure((seconds / PAIRS) * 1e6),
  };
}

async function* diff(machine: Machine): AsyncGenerator<BenchRow> {
  const bytes = 256 * MIB;
  const seconds = await wholeDiff(bytes, machine.numpy !== undefined);
  yield {
    bench: 'diff',
    bytesASide: bytes,
    seconds: figure(seconds.fleetdiff),
    ...(seconds.numpy !== undefined && {
      numpySeconds: figure(seconds.numpy),
      timesNumpy: figure(seconds.numpy / seconds.fleetdiff),
    }),
  };
}

async function* fleet(): AsyncGenerator<BenchRow> {
  const bytes = 16 * MIB;
  const one = await secondsForAgreeingFleet(1, bytes);
  const all = await secondsForAgreeingFleet(FLEET, bytes);
  yield {
    bench: 'fleet',
    bytesATarget: 4 * bytes,
    oneTargetSeconds: figure(one),
    thousandTargetsSeconds: figure(all),
    timesOne: figure(all / one),
  };
}

async function* stages(_: Machine, options: FleetOptions): AsyncGenerator<BenchRow> {
  const fleet = { ...SIMULATED, ...options };
  const costs = await costOfStages(fleet);
  const all = Object.values(costs);
  yield {
    bench: 'stages',
    ...fleet,
    ...Object.fromEntries(
      FLEET_STAGES.flatMap((stage) => [
        [`${stage}Seconds`, figure(costs[stage].seconds)],
        [`${stage}CpuSeconds`, figure(costs[stage].cpuSeconds)],
        [`${stage}PeakMiB`, Math.round(costs[stage].peakBytes / MIB)],
      ]),
    ),
    seconds: figure(all.reduce((sum, { seconds }) => sum + seconds, 0)),
    cpuSeconds: figure(all.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0)),
    peakMiB: Math.round(Math.max(...all.map(({ peakBytes }) => peakBytes)) / MIB),
  };
}

async function* memory(): AsyncGenerator<BenchRow> {
  const bytes = 2 * GIB;
  yield { bench: 'memory', bytesASide: bytes, peakMiB: Math.round((await peakMemoryOfDiff(bytes)) / MIB) };
}

async function* localize(): AsyncGenerator<BenchRow> {
  for (const nodes of LOCALIZED_NODES) {
    const seconds = await secondsOfLocalize(nodes);
    yield { bench: 'localize', nodes, seconds: figure(seconds) };
  }
}

/** Three digits: what a second run gives again. */
function figure(value: number): number {
  return Number(value.toPrecision(3));
}
