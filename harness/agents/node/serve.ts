import { createInterface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import type { JobAnswer, ProbeResult } from '../protocol.ts';
import { BlobClient } from './blobs.ts';
import { probe } from './probe.ts';
import { runJob } from './run-job.ts';

/** One line from the driver. */
interface AgentRequest {
  readonly id: number;
  readonly op: string;
  readonly job?: unknown;
}

/**
 * Answers JSON lines until the input ends: `{"id":1,"op":"probe"|"run","job":Job}` in,
 * `{"id":1,"ok":ProbeResult|JobAnswer}` or `{"id":1,"error":"…"}` out, one request at a time and in order.
 */
export async function serve(input: Readable, output: Writable): Promise<void> {
  const blobs = new BlobClient();
  let last: Promise<void> = Promise.resolve();
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    last = last.then(() => answer(line, blobs, output));
  });
  // Whoever asked is gone with the input: unfinished jobs are dropped, not awaited.
  await new Promise<void>((resolve) => lines.once('close', resolve));
}

async function answer(line: string, blobs: BlobClient, output: Writable): Promise<void> {
  let id: number | null = null;
  try {
    const request = parseRequest(line);
    id = request.id;
    write(output, { id, ok: await dispatch(request, blobs) });
  } catch (error) {
    write(output, { id, error: error instanceof Error ? error.message : String(error) });
  }
}

function parseRequest(line: string): AgentRequest {
  const request: unknown = JSON.parse(line);
  if (typeof request !== 'object' || request === null || Array.isArray(request)) {
    throw new Error('A request is a JSON object with "id" and "op".');
  }
  const { id, op } = request as Partial<AgentRequest>;
  if (typeof id !== 'number' || typeof op !== 'string') {
    throw new Error('A request needs a number "id" and a string "op".');
  }
  return request as AgentRequest;
}

async function dispatch(request: AgentRequest, blobs: BlobClient): Promise<ProbeResult | JobAnswer> {
  if (request.op === 'probe') return probe();
  if (request.op === 'run') return runJob(request.job, blobs);
  throw new Error(`Unknown op "${request.op}"; this agent knows: probe, run.`);
}

/** Native libraries print to stdout without a newline now and then: starting a fresh line keeps ours whole. */
function write(output: Writable, message: unknown): void {
  output.write(`\n${JSON.stringify(message)}\n`);
}
