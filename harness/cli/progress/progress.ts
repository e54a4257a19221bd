import type { Plan } from '../../domain/run-files.ts';
import type { CaptureEvent } from '../../stages/capture.ts';
import type { LocalizeEvent } from '../../stages/localize.ts';
import { terminalLook } from '../terminal-look.ts';
import { liveProgress } from './live-progress.ts';
import { plainProgress } from './plain-progress.ts';

export type StageName = 'plan' | 'capture' | 'compare' | 'judge' | 'localize' | 'render';

/** What a person sees of work while it goes on, on stderr. */
export interface Progress {
  /** Shows a stage from its start to its end; `said` adds what came of it. What the work throws is thrown on. */
  stage<T>(name: StageName, work: () => Promise<T>, said?: (result: T) => string): Promise<T>;
  capturing(plan: Plan): (event: CaptureEvent) => void;
  /** @param total suites on targets that will be localized */
  localizing(total: number): (event: LocalizeEvent) => void;
  /** A sentence that must be seen at once. */
  note(sentence: string): void;
  /** What log.ndjson is told, where somebody asked to see it. */
  readonly onLog?: (event: string, details?: Readonly<Record<string, unknown>>) => void;
}

export interface ProgressOptions {
  readonly quiet?: boolean;
  readonly json?: boolean;
  readonly verbose?: boolean;
}

/** Nothing with `quiet` or `json`; a live picture where a person looks; else, and with `verbose`, a line an event. */
export function openProgress(
  { quiet, json, verbose }: ProgressOptions,
  stream: NodeJS.WriteStream = process.stderr,
): Progress {
  if (quiet || json) return silentProgress(stream);
  const look = terminalLook(stream);
  // A terminal that does not know its width, as in some containers, would draw blank lines.
  const isLive = stream.isTTY && stream.columns !== 0 && process.env.TERM !== 'dumb';
  if (isLive && !verbose) return liveProgress(stream, look);
  return plainProgress((line) => stream.write(`${line}\n`), look, verbose ?? false);
}

function silentProgress(stream: NodeJS.WriteStream): Progress {
  return {
    stage: (_name, work) => work(),
    capturing: () => () => {},
    localizing: () => () => {},
    note: (sentence) => stream.write(`${sentence}\n`),
  };
}
