import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';

/** More than the caches of any core hold. */
const BYTES = 2 ** 28;
const ROUNDS = 8;
const PAGE_BYTES = 2 ** 16;

/**
 * GB/s at which this machine reads memory with 1 thread and with all: SIMD loads over 256 MiB a thread, the best round of
 * eight, so that what else the machine does counts least.
 */
export async function readBandwidth(): Promise<{ oneThread: number; allThreads: number; threads: number }> {
  const threads = availableParallelism();
  const oneThread = await bandwidthOf(1);
  return { oneThread, allThreads: threads === 1 ? oneThread : await bandwidthOf(threads), threads };
}

async function bandwidthOf(threads: number): Promise<number> {
  const module = new WebAssembly.Module(readFileSync(new URL('./read-memory.wasm', import.meta.url)));
  const gate = new Int32Array(new SharedArrayBuffer(4 * ROUNDS));
  const workerData = { module, gate, threads, bytes: BYTES, pageBytes: PAGE_BYTES };
  const workers = Array.from({ length: threads }, () => new Worker(READER, { eval: true, workerData }));
  const spans = await Promise.all(
    workers.map(
      (worker) =>
        new Promise<readonly [number, number][]>((resolve, reject) => {
          worker.once('message', resolve);
          worker.once('error', reject);
        }),
    ),
  );
  const seconds = Array.from({ length: ROUNDS }, (_, round) => {
    const starts = spans.map((span) => span[round]![0]);
    const ends = spans.map((span) => span[round]![1]);
    return (Math.max(...ends) - Math.min(...starts)) / 1e3;
  });
  return (threads * BYTES) / Math.min(...seconds) / 1e9;
}

/** Every thread waits at the gate of a round until all have come, so that they read at the same time. */
const READER = `
const { workerData, parentPort } = require('node:worker_threads');
const { module, gate, threads, bytes, pageBytes } = workerData;
const memory = new WebAssembly.Memory({ initial: bytes / pageBytes });
new Uint8Array(memory.buffer).fill(1);
const { readMemory } = new WebAssembly.Instance(module, { env: { memory } }).exports;
readMemory(0, bytes);
const spans = [];
for (let round = 0; round < gate.length; round++) {
  if (Atomics.add(gate, round, 1) + 1 === threads) Atomics.notify(gate, round);
  else for (let here; (here = Atomics.load(gate, round)) < threads; ) Atomics.wait(gate, round, here);
  const start = performance.timeOrigin + performance.now();
  readMemory(0, bytes);
  spans.push([start, performance.timeOrigin + performance.now()]);
}
parentPort.postMessage(spans);
`;
