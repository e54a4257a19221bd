import { execFile } from 'node:child_process';
import type { Machine } from './machine.ts';

/** How a program ended. `absent`: the machine has no such program. */
export type CommandResult =
  | { readonly status: 'ended'; readonly exitCode: number; readonly stdout: string; readonly stderr: string }
  | { readonly status: 'absent' };

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
        if (error.code === 'ENOENT') return resolve({ status: 'absent' });
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

/** The lines of a failed program that say why: at most `count`, without npm's and apt's chatter. */
export function failureLines(result: CommandResult, count = 4): string[] {
  if (result.status === 'absent') return ['The program is not on this machine.'];
  const lines = `${result.stdout}\n${result.stderr}`
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
  const errors = lines.filter(
    (line) => /^(E:|Err:|npm (error|ERR!)|error\b)/i.test(line) && !NOISE.test(line),
  );
  return (errors.length > 0 ? errors : lines).slice(-count);
}

const NOISE = /complete log of this run|^npm (error|ERR!)( [A-Z0-9]+)?$/;
