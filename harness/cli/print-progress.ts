import type { Plan } from '../domain/run-files.ts';
import { visible } from '../report/escape.ts';
import type { CaptureEvent } from '../stages/capture.ts';

/** One line when a target begins and one when it ends; fits 80 columns unless a reason does not. */
export function progressPrinter(plan: Plan, write: (line: string) => void): (event: CaptureEvent) => void {
  const width = Math.max(...plan.captures.map(({ target }) => target.length));
  const started = new Map<string, number>();
  const total = plan.captures.length;
  let done = 0;
  return (event) => {
    const { phase, suite, target, atMs } = event;
    const key = `${suite}\0${target}`;
    const seconds = () => `${((atMs - (started.get(key) ?? atMs)) / 1000).toFixed(1)} s`;
    const line = (word: string, rest: string) => {
      const count = `${done}/${total}`.padStart(2 * String(total).length + 1);
      write(visible(`${count}  ${word.padEnd(10)}${target.padEnd(width)}  ${rest}`.trimEnd()));
    };
    if (!started.has(key) && phase !== 'queued') started.set(key, atMs);
    const reason = 'reason' in event ? (event.reason ?? '') : '';
    if (phase === 'captured' || phase === 'failed' || phase === 'skipped') done += 1;
    if (phase === 'session') line('starting', suite);
    else if (phase === 'running') line('running', suite);
    else if (phase === 'captured') line('captured', `${suite}  ${seconds()}`);
    else if (phase === 'retry') line('retrying', reason);
    else if (phase === 'failed') line('FAILED', reason);
    else if (phase === 'skipped') line('skipped', reason);
  };
}
