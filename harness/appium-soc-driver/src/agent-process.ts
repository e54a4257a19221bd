import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { LineReader } from './line-reader.ts';

/** How to start an agent. */
export interface AgentCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
}

export interface AgentObserver {
  /** Every line that is no answer: stderr, and what native libraries print to stdout. */
  onLogLine(line: string): void;
  /** The process has ended, and nobody asked it to. */
  onDeath(reason: Error): void;
}

interface Pending {
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: Error) => void;
}

const LAST_LINES = 20;
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const GRACE_MS = 2_000;

/** A running agent: one JSON line per request and answer, and a process group that ends with it. */
export class AgentProcess {
  readonly pid: number;
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #observer: AgentObserver;
  readonly #pending = new Map<number, Pending>();
  readonly #lastLines: string[] = [];
  readonly #closed: Promise<void>;
  #lastId = 0;
  #death: Error | undefined;
  #ending = false;

  /** @throws Error when the command cannot be started at all */
  static async start(command: AgentCommand, observer: AgentObserver): Promise<AgentProcess> {
    // A process group of its own: everything that the agent starts ends with it, and Ctrl-C reaches only the harness.
    const child = spawn(command.command, command.args, {
      cwd: command.cwd,
      env: command.env,
      detached: true,
      stdio: 'pipe',
    });
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve);
      child.once('error', (cause) => reject(new Error(`Cannot start ${command.command}: ${cause.message}`)));
    });
    return new AgentProcess(child, observer);
  }

  private constructor(child: ChildProcessWithoutNullStreams, observer: AgentObserver) {
    this.#child = child;
    this.pid = child.pid as number;
    this.#observer = observer;
    const overlong = () => this.#kill('SIGKILL');
    child.stdout.on('data', new LineReader(MAX_LINE_BYTES, (line) => this.#onLine(line), overlong).push);
    child.stderr.on('data', new LineReader(MAX_LINE_BYTES, (line) => this.#onLogLine(line), overlong).push);
    // The death is told by `close`; a write after it is no news.
    child.stdin.on('error', () => {});
    this.#closed = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        this.#onClose(code, signal);
        resolve();
      });
    });
  }

  /** @throws Error with the agent's own words, or with how it died */
  request(op: string, content: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    if (this.#death) return Promise.reject(this.#death);
    this.#lastId += 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      this.#pending.set(id, { resolve, reject });
      this.#child.stdin.write(`${JSON.stringify({ id, op, ...content })}\n`);
    });
  }

  /** Ends the whole process group: SIGTERM, after a grace SIGKILL. Resolves when it is gone; requests under way are rejected. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#child.stdin.end();
    this.#kill('SIGTERM');
    const impatience = setTimeout(() => this.#kill('SIGKILL'), GRACE_MS);
    await this.#closed;
    clearTimeout(impatience);
    // What the agent started may outlive it and ignore SIGTERM.
    this.#kill('SIGKILL');
  }

  #onLine(line: string): void {
    const message = parseMessage(line);
    const pending = message && this.#pending.get(message.id);
    if (!message || !pending) {
      this.#onLogLine(line);
      return;
    }
    this.#pending.delete(message.id);
    if (typeof message.error === 'string') pending.reject(new Error(message.error));
    else pending.resolve(message.ok);
  }

  #onLogLine(line: string): void {
    if (line.trim() === '') return;
    this.#lastLines.push(line.slice(0, 500));
    if (this.#lastLines.length > LAST_LINES) this.#lastLines.shift();
    this.#observer.onLogLine(line);
  }

  #onClose(code: number | null, signal: NodeJS.Signals | null): void {
    const how = signal ? `was ended by ${signal}` : `ended with exit code ${code}`;
    const words = this.#lastLines.length === 0 ? '.' : `. Its last lines:\n${this.#lastLines.join('\n')}`;
    this.#death = new Error(this.#ending ? 'The session has ended.' : `The agent ${how}${words}`);
    for (const { reject } of this.#pending.values()) reject(this.#death);
    this.#pending.clear();
    if (!this.#ending) this.#observer.onDeath(this.#death);
  }

  #kill(signal: NodeJS.Signals): void {
    try {
      process.kill(-this.pid, signal);
    } catch (error) {
      // ESRCH: the group is gone already.
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  }
}

function parseMessage(line: string): { id: number; ok?: unknown; error?: unknown } | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const message = JSON.parse(line) as { id?: unknown; ok?: unknown; error?: unknown };
    return typeof message.id === 'number' ? { ...message, id: message.id } : undefined;
  } catch {
    // A native library printed a line that begins like JSON: it goes to the log.
    return undefined;
  }
}
