import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { type NumpyVersion, numpyVersion } from './numpy.ts';
import { readBandwidth } from './read-bandwidth.ts';

/** What the figures were measured on: a ratio is worth nothing without it. */
export interface Machine {
  readonly cpu: string;
  readonly arch: string;
  readonly cores: number;
  readonly memoryBytes: number;
  readonly os: string;
  readonly node: string;
  readonly numpy: NumpyVersion | undefined;
  /** GB/s of SIMD loads from memory. */
  readonly readBandwidth: { readonly oneThread: number; readonly allThreads: number };
}

export async function measureMachine(): Promise<Machine> {
  const { oneThread, allThreads } = await readBandwidth();
  return {
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    arch: arch(),
    cores: availableParallelism(),
    memoryBytes: totalmem(),
    os: `${type()} ${release()}`,
    node: process.version,
    numpy: numpyVersion(),
    readBandwidth: { oneThread, allThreads },
  };
}
