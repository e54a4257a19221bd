import { execFile } from 'node:child_process';
import type { Machine } from './machine.ts';

/** How a program ended. `absent`: the machine has no such program. */
export type CommandResult =
  | { readonly status: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly status: 'absent'; readonly program: string };

export interface CommandOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
}

const MAX_OUTPUT_BYTES = 32 * 1024 * 1024;

/**
 * Runs a program with arguments, never through a shell. A program that fails is a result, not an exception.
 * @throws the signal's reason when the signal ends it.
 */
export function runCommand(
  machine: Machine,
  program: string,
  args: readonly string[],
  options: CommandOptions = {},
): Promise<CommandResult> {
  options.signal?.throwIfAborted();
  return new Promise((resolve, reject) => {
    execFile(
      program,
      [...args],
      {
        cwd: options.cwd,
        env: { ...machine.env, LC_ALL: 'C.UTF-8', ...options.env },
        timeout: options.timeoutMs ?? 0,
        signal: options.signal,
        maxBuffer: MAX_OUTPUT_BYTES,
        encoding: 'utf8',
      },
      (error, stdout, stderr) => {
        if (options.signal?.aborted) return reject(options.signal.reason);
        if (error === null) return resolve({ status: 'ended', exitCode: 0, stdout, stderr });
        if (error.code === 'ENOENT') return resolve({ status: 'absent', program });
        const exitCode = typeof error.code === 'number' ? error.code : -1;
        const ended = exitCode === -1 ? `${stderr}\n${endedBy(error, options.timeoutMs)}` : stderr;
        resolve({ status: 'ended', exitCode, stdout, stderr: ended });
      },
    );
  });
}

function endedBy(
  error: { killed?: boolean; signal?: string | null; message: string },
  timeoutMs = 0,
): string {
  if (error.killed === true && timeoutMs > 0) return `It had not ended after ${timeoutMs / 1000} s.`;
  return typeof error.signal === 'string' ? `It was ended by ${error.signal}.` : error.message;
}

/** The lines in which a failed program says why, at most `count`, without apt's and npm's chatter. */
export function failureLines(result: CommandResult, count = 4): string[] {
  if (result.status === 'absent') return [`${result.program} is not on this machine.`];
  const lines = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const errors = lines.filter((line) => ERROR_LINE.test(line) && !CHATTER.test(line));
  // What a program marks as an error starts with the cause; unmarked output ends with it.
  return errors.length > 0 ? errors.slice(0, count) : lines.slice(-count);
}

const ERROR_LINE = /^(E:|W: GPG|npm (error|ERR!))/;
/** Error codes that the next line explains, frames of a stack, hints that do not fit. */
const CHATTER =
  /^npm (error|ERR!)($| (code|syscall|errno) | {2,}|\s*}|.*complete log of this run| .*In most cases)|Some index files failed/;
