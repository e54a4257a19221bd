import { spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

export interface ProgramResult {
  readonly code: number | null;
  readonly stdout: Buffer;
  readonly stderr: string;
}

const MAX_OUTPUT_BYTES = 1024 * 1024;

/** Runs a program to its end. @throws Error when it cannot start, talks too much or takes longer than `timeoutMs` */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: {
    readonly timeoutMs: number;
    readonly env: Readonly<Record<string, string>>;
    readonly input?: Readable;
  },
): Promise<ProgramResult> {
  const child = spawn(command, args, {
    env: options.env,
    stdio: 'pipe',
    timeout: options.timeoutMs,
    killSignal: 'SIGKILL',
  });
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  let bytes = 0;
  const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > MAX_OUTPUT_BYTES) child.kill('SIGKILL');
    else chunks.push(chunk);
  };
  child.stdout.on('data', collect(stdout));
  child.stderr.on('data', collect(stderr));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve, reject) => {
    child.once('error', (cause) => reject(new Error(`Cannot start ${command}: ${cause.message}`)));
    child.once('close', (code, signal) => resolve({ code, signal }));
  });
  const written = options.input
    ? // A program that ends early breaks the pipe; its exit code and stderr say why.
      pipeline(options.input, child.stdin).catch(() => {})
    : Promise.resolve(void child.stdin.end());
  const { code, signal } = await ended;
  await written;
  if (bytes > MAX_OUTPUT_BYTES) throw new Error(`${command} wrote more than ${MAX_OUTPUT_BYTES} bytes.`);
  if (signal) throw new Error(`${command} ${args.join(' ')} took longer than ${options.timeoutMs / 1000} s.`);
  return { code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}
