import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

export const AGENT_ROOT = path.resolve(import.meta.dirname, '../../dist/agents');
const MAIN = path.join(AGENT_ROOT, 'node/main.js');

/** The compiled agent as a child process, spoken to in its own JSON lines. */
export class AgentClient {
  readonly child: ChildProcessWithoutNullStreams;
  #waiting: ((line: string) => void)[] = [];
  #lines: string[] = [];

  constructor(env: Readonly<Record<string, string>> = {}) {
    if (!existsSync(MAIN)) throw new Error(`There is no ${MAIN}: build first (npx tsc -p tsconfig.json).`);
    this.child = spawn(process.execPath, [MAIN], { env: { ...process.env, ...env }, stdio: 'pipe' });
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      if (line === '') return;
      const next = this.#waiting.shift();
      if (next) next(line);
      else this.#lines.push(line);
    });
  }

  /** Sends a request as it is; a text is sent without encoding. */
  send(request: unknown): void {
    this.child.stdin.write(`${typeof request === 'string' ? request : JSON.stringify(request)}\n`);
  }

  async receive(): Promise<Record<string, unknown>> {
    const line = this.#lines.shift() ?? (await new Promise<string>((resolve) => this.#waiting.push(resolve)));
    return JSON.parse(line) as Record<string, unknown>;
  }

  /** Sends and awaits the next answer's `ok`. */
  async ask<T>(request: { readonly id: number; readonly op: string; readonly job?: unknown }): Promise<T> {
    this.send(request);
    const answer = await this.receive();
    if (answer.id !== request.id || 'error' in answer)
      throw new Error(`unexpected answer ${JSON.stringify(answer)}`);
    return answer.ok as T;
  }

  /** Closes the agent's input and says how it ended. */
  async end(): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
    this.child.stdin.end();
    const [code, signal] = await once(this.child, 'exit');
    return { code, signal };
  }
}
