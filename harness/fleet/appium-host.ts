import { once } from 'node:events';
import { main } from 'appium';
import { redactor } from './redact.ts';

/** The process that is the embedded Appium server. Its parent tells it what to do over IPC; when the parent is gone, it ends. */
export interface AppiumHostOrder {
  readonly appiumHome: string;
  readonly port: number;
  readonly basePath: string;
  /** Texts that may not reach the log. They come over IPC alone: everybody may read a command line. */
  readonly secrets: readonly string[];
}

export type AppiumHostReport =
  | { readonly status: 'ready' }
  | { readonly status: 'failed'; readonly reason: string };

type StartAppium = (args: Record<string, unknown>) => Promise<{ close(): Promise<void> } | undefined>;

async function serve(): Promise<void> {
  const [order] = (await once(process, 'message')) as [AppiumHostOrder];
  process.once('disconnect', endSessionsAndExit);
  for (const stream of [process.stdout, process.stderr]) redactOutput(stream, redactor(order.secrets));
  try {
    await (main as unknown as StartAppium)({
      appiumHome: order.appiumHome,
      address: '127.0.0.1',
      port: order.port,
      basePath: order.basePath,
      logNoColors: true,
      logTimestamp: true,
      loglevel: 'debug',
      allowInsecure: [],
      throwInsteadOfExit: true,
    });
    report({ status: 'ready' });
  } catch (error) {
    report({ status: 'failed', reason: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect?.();
  }
}

/** Appium logs session requests whole. A line is one write, so no secret lies across two. */
function redactOutput(stream: NodeJS.WriteStream, redact: (text: string) => string): void {
  const write = stream.write.bind(stream) as (text: string, ...rest: unknown[]) => boolean;
  stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) =>
    write(redact(typeof chunk === 'string' ? chunk : Buffer.from(chunk).toString('utf8')), ...rest);
}

/** Appium's own SIGTERM handler deletes every session and closes the server before it exits. */
function endSessionsAndExit(): void {
  if (process.listenerCount('SIGTERM') === 0) process.exit();
  process.emit('SIGTERM', 'SIGTERM');
}

function report(message: AppiumHostReport): void {
  process.send?.(message);
}

await serve();
