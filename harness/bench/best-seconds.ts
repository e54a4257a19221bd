/** As long as a figure is looked at, in seconds: a fast thing runs many times. */
const LOOK_SECONDS = 1;
const FEWEST = 3;
/** What takes longer than this runs once more than the run that is not counted: it was warm long before its end. */
const SLOW_SECONDS = 2;

/**
 * Seconds of the fastest of several runs, after one that is not counted: what else the machine did in the other runs is not the
 * work's cost. Fast work is timed in batches, so that the clock's step does not show.
 */
export async function bestSeconds(work: () => unknown): Promise<number> {
  await work();
  const first = await secondsOf(work, 1);
  if (first > SLOW_SECONDS) return first;
  const batch = Math.ceil(0.005 / Math.max(1e-7, first));
  let best = first;
  let spent = 0;
  for (let run = 0; run < FEWEST || spent < LOOK_SECONDS; run++) {
    const seconds = await secondsOf(work, batch);
    spent += seconds;
    best = Math.min(best, seconds / batch);
  }
  return best;
}

async function secondsOf(work: () => unknown, times: number): Promise<number> {
  const start = performance.now();
  for (let time = 0; time < times; time++) {
    const pending = work();
    if (pending instanceof Promise) await pending;
  }
  return (performance.now() - start) / 1e3;
}
