import type { DiffProgress } from '../stages/diff.ts';

/** What is over sooner needs no progress. */
const QUIET_MS = 500;
const REDRAW_MS = 100;

/** One line on stderr that counts tensors, only where a person looks; `end` takes it away. */
export function diffProgress(stream: NodeJS.WriteStream): {
  readonly show: (progress: DiffProgress) => void;
  readonly end: () => void;
} {
  let nextMs = performance.now() + QUIET_MS;
  let isShown = false;
  const show = ({ done, total }: DiffProgress) => {
    if (!stream.isTTY || performance.now() < nextMs) return;
    nextMs = performance.now() + REDRAW_MS;
    isShown = true;
    stream.write(`\r${done} of ${total} tensors compared`);
  };
  const end = () => {
    if (isShown) stream.write('\r\u001b[K');
  };
  return { show, end };
}
