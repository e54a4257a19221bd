import type { RunTimings } from '../report/report-input.ts';

/** Where the time of a run went: per stage, and the harness's own share, in which no device was at work. */
export function printTimings(timings: RunTimings, write: (line: string) => void): void {
  const seconds = (durationMs: number) => `${(durationMs / 1000).toFixed(2).padStart(8)} s`;
  for (const { stage, durationMs } of timings.stages) write(`  ${stage.padEnd(28)}${seconds(durationMs)}`);
  write(`  ${'whole run'.padEnd(28)}${seconds(timings.totalMs)}`);
  const share = ((timings.harnessMs / timings.totalMs) * 100).toFixed(1);
  write(`  ${'no device at work (harness)'.padEnd(28)}${seconds(timings.harnessMs)}  ${share} %`);
}
