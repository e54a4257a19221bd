import { Worker } from 'node:worker_threads';

/** Runs beside the thread that it watches, so that it can speak when that one no longer does. */
const WATCH = `
const { workerData: { shared, limitMs, words } } = require('node:worker_threads');
const progress = new Int32Array(shared);
let seen = -1;
let since = Date.now();
setInterval(() => {
  const now = Atomics.load(progress, 0);
  if (now !== seen) [seen, since] = [now, Date.now()];
  else if (Date.now() - since > limitMs) {
    require('node:fs').writeSync(2, words + now + '\\n');
    process.kill(process.pid, 'SIGKILL');
  }
}, 100);
`;

/** Ends the process when `at` has not been called for `limitMs`; prints `words` and the last number before. */
export function watchdog(
  limitMs: number,
  words: string,
): { at(number: number): void; close(): Promise<unknown> } {
  const shared = new SharedArrayBuffer(4);
  const progress = new Int32Array(shared);
  const worker = new Worker(WATCH, { eval: true, workerData: { shared, limitMs, words } });
  return { at: (number) => void Atomics.store(progress, 0, number), close: () => worker.terminate() };
}
