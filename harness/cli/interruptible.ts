import { EXIT } from './exit-code.ts';
import { Interrupted } from './interrupted.ts';

/** What an interrupt of `provideParts` leaves behind. */
export const PARTS_KEPT = 'The parts that were finished are kept.';

interface InterruptibleOptions<T> {
  /** True when the result is what an interrupt left of it. Work that was done in spite of Ctrl-C is done. */
  readonly endedEarly?: (result: T) => boolean;
  /** What an interrupt leaves behind, in a sentence. */
  readonly kept?: string;
  /** Says at once that the interrupt was heard. */
  readonly tell?: (sentence: string) => void;
}

/**
 * Runs work that Ctrl-C ends in good order; a second Ctrl-C ends the process at once.
 * @throws Interrupted when the work failed after an interrupt, whatever it says of why, or ended early
 */
export async function interruptible<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: InterruptibleOptions<T> = {},
): Promise<T> {
  const abort = new AbortController();
  const tell = options.tell ?? ((sentence) => process.stderr.write(`\n${sentence}\n`));
  const onInterrupt = () => {
    if (abort.signal.aborted) process.exit(EXIT.interrupted);
    tell('ending in good order; Ctrl-C again ends at once');
    abort.abort();
  };
  process.on('SIGINT', onInterrupt);
  process.on('SIGTERM', onInterrupt);
  try {
    const result = await work(abort.signal);
    if (abort.signal.aborted && options.endedEarly?.(result)) throw new Interrupted(options.kept);
    return result;
  } catch (error) {
    throw abort.signal.aborted ? new Interrupted(options.kept) : error;
  } finally {
    process.off('SIGINT', onInterrupt);
    process.off('SIGTERM', onInterrupt);
  }
}
