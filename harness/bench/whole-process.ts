import { spawn } from 'node:child_process';
import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { zipSync } from 'fflate';
import { writeNpy } from '../formats/npy-write.ts';
import { madeUpTensors } from './made-up-tensors.ts';
import { NUMPY_SCRIPT } from './numpy.ts';

const CLI = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const RUNS = 3;

/** Seconds of a whole process, from its start to its end, best of three; files in the page cache for both. */
export interface WholeDiff {
  readonly fleetdiff: number;
  readonly numpy: number | undefined;
}

/** `fleetdiff diff` of two .npz of one float32 array of `bytes` bytes, and a NumPy script that computes the same metrics. */
export async function wholeDiff(bytes: number, numpy: boolean): Promise<WholeDiff> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-bench-'));
  try {
    const files = [path.join(folder, 'reference.npz'), path.join(folder, 'candidate.npz')];
    const { reference, candidate } = madeUpTensors('float32', bytes);
    for (const [index, tensor] of [reference, candidate].entries()) {
      await writeFile(files[index]!, zipSync({ 'y.npy': writeNpy(tensor) }, { level: 0 }));
    }
    return {
      fleetdiff: await bestRun(() => runNode([CLI, 'diff', ...files, '--json'])),
      numpy: numpy ? await bestRun(() => runProgram('python3', [NUMPY_SCRIPT, 'diff', ...files])) : undefined,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Largest resident memory, in bytes, of `fleetdiff diff` of two float32 tensors of `bytes` bytes in .npy files; the files are sparse. */
export async function peakMemoryOfDiff(bytes: number): Promise<number> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-bench-'));
  try {
    const files = [path.join(folder, 'reference.npy'), path.join(folder, 'candidate.npy')];
    for (const file of files) await writeSparseNpy(file, bytes);
    const { peakBytes } = await runNode([CLI, 'diff', ...files, '--json']);
    return peakBytes;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Zeros, but for one element in every 64 MiB: the file is as long as it says and takes next to no disk. */
async function writeSparseNpy(file: string, bytes: number): Promise<void> {
  const shape = [bytes / 4];
  const empty = writeNpy({ name: 'y', dtype: 'float32', shape: [0], data: new Uint8Array() });
  const header = Buffer.from(empty);
  const literal = header.toString('latin1').replace(/\(0,\),? *\}/, `(${shape[0]},), }`);
  const padded = `${literal
    .trimEnd()
    .slice(0, header.length - 1)
    .padEnd(header.length - 1)}\n`;
  const handle = await open(file, 'w');
  try {
    await handle.write(Buffer.from(padded, 'latin1'), 0, header.length, 0);
    for (let at = 0; at < bytes; at += 2 ** 26) {
      await handle.write(new Uint8Array(Float32Array.of(1 + at).buffer), 0, 4, header.length + at);
    }
    await handle.truncate(header.length + bytes);
  } finally {
    await handle.close();
  }
}

/** Seconds of a whole `fleetdiff` process in a folder. */
export async function secondsOfCli(args: readonly string[], folder: string): Promise<number> {
  return (await runProgram(process.execPath, [CLI, ...args], folder)).seconds;
}

/** Seconds and largest resident memory of a whole `fleetdiff` process in a folder. */
export function costOfCli(args: readonly string[], folder: string): Promise<Finished> {
  return runNode([CLI, ...args], folder);
}

export interface Finished {
  readonly seconds: number;
  /** Of all threads, user and system: a machine that others use too changes it least. NaN where the program does not tell. */
  readonly cpuSeconds: number;
  readonly peakBytes: number;
}

/** The child says on a pipe of its own what memory it took at most, and how long it held a core. */
const TELL_COST = `data:text/javascript,import{writeSync}from'node:fs';process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();writeSync(3,maxRSS+' '+(userCPUTime+systemCPUTime)/1e6)})`;

function runNode(args: readonly string[], folder?: string): Promise<Finished> {
  return runProgram(process.execPath, ['--import', TELL_COST, ...args], folder);
}

/** Runs a program to its end. A difference between tensors (exit 1) is what these comparisons are to find. */
function runProgram(program: string, args: readonly string[], cwd?: string): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'], ...(cwd && { cwd }) });
    let cost = '';
    let errors = '';
    child.stdio[3]?.on('data', (chunk) => {
      cost += chunk;
    });
    child.stderr?.on('data', (chunk) => {
      errors += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      const seconds = (performance.now() - start) / 1e3;
      const [kibibytes, cpuSeconds] = cost.split(' ').map(Number);
      if (code === 0 || code === 1)
        resolve({
          seconds,
          cpuSeconds: cpuSeconds ?? Number.NaN,
          peakBytes: (kibibytes ?? Number.NaN) * 1024,
        });
      else reject(new Error(`${program} ${args.join(' ')} ended with ${code}: ${errors}`));
    });
  });
}

async function bestRun(run: () => Promise<Finished>): Promise<number> {
  let best = Number.POSITIVE_INFINITY;
  for (let count = 0; count < RUNS; count++) best = Math.min(best, (await run()).seconds);
  return best;
}
