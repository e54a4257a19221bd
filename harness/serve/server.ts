import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { UserError } from '../domain/user-error.ts';
import { LIST_POLICY } from './content-policy.ts';
import { renderListPage } from './list-page.ts';
import { LIST_SCRIPT } from './list-script.ts';
import { LIST_STYLE } from './list-style.ts';
import { isLoopbackHost, parseTarget } from './request-target.ts';
import { openRunFile } from './run-file.ts';
import { type RunList, runLister } from './run-list.ts';
import { type FoundRun, findRun, latestId, type RunSource } from './run-source.ts';

const LOOPBACK = '127.0.0.1';

export interface RunServer {
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

interface Page {
  readonly status: number;
  readonly type: string;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Serves runs to this machine alone, read-only. @param port 0 takes a free one
 * @throws UserError E_PORT when the port cannot be had
 */
export async function serveRuns(source: RunSource, port: number): Promise<RunServer> {
  const list = runLister(source);
  const server = createServer((request, response) => {
    answer(request, response, source, list).catch((error: unknown) => fail(response, error));
  });
  await listen(server, port);
  // The first reading is the long one; what is wrong with it is told to whoever asks for the list.
  list().catch(() => {});
  const { port: taken } = server.address() as AddressInfo;
  return {
    url: `http://${LOOPBACK}:${taken}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(portError(error, port)));
    server.listen({ host: LOOPBACK, port, exclusive: true }, () => {
      server.removeAllListeners('error');
      resolve();
    });
  });
}

function portError(error: NodeJS.ErrnoException, port: number): Error {
  const why = { EADDRINUSE: 'another program has it', EACCES: 'it needs permission' }[error.code ?? ''];
  if (why === undefined) return error;
  return new UserError('E_PORT', `Port ${port} of ${LOOPBACK} cannot be had: ${why} (${error.code}).`, {
    remedies: ['take a free one:  fleetdiff serve --port 0', 'or name another with --port N'],
  });
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  source: RunSource,
  list: () => Promise<RunList>,
): Promise<void> {
  const refusal = refuse(request);
  if (refusal !== undefined) return send(request.method, response, refusal);
  const target = parseTarget(request.url ?? '');
  switch (target.kind) {
    case 'list':
      return send(
        request.method,
        response,
        ok('text/html; charset=utf-8', renderListPage(await list(), source.root)),
      );
    case 'data':
      return send(request.method, response, ok('application/json', dataOf(await list())));
    case 'style':
      return send(request.method, response, ok('text/css; charset=utf-8', LIST_STYLE));
    case 'script':
      return send(request.method, response, ok('text/javascript; charset=utf-8', LIST_SCRIPT));
    case 'run':
      return send(request.method, response, await runPage(source, target.id));
    case 'file':
      return sendFile(request, response, source, target);
    case 'refused':
      return send(request.method, response, notFound());
  }
}

async function runPage(source: RunSource, id: string): Promise<Page> {
  const run = await resolveRun(source, id);
  return run === undefined ? notFound() : redirect(`/runs/${encodeURIComponent(run.id)}/report.html`);
}

async function resolveRun(source: RunSource, id: string): Promise<FoundRun | undefined> {
  const wanted = id === 'latest' ? await latestId(source) : id;
  return wanted === undefined ? undefined : findRun(source, wanted);
}

/** Before anything is read: who asks, and how. */
function refuse({ headers, method }: IncomingMessage): Page | undefined {
  if (!isLoopbackHost(headers.host)) {
    return told(403, 'This server answers to 127.0.0.1 and localhost only.');
  }
  if (method === 'GET' || method === 'HEAD') return undefined;
  return { ...told(405, 'Runs can be read here, and nothing else.'), headers: { Allow: 'GET, HEAD' } };
}

async function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  source: RunSource,
  { id, names }: { readonly id: string; readonly names: readonly string[] },
): Promise<void> {
  const run = await resolveRun(source, id);
  const file = run === undefined ? undefined : await openRunFile(run.root, names);
  if (file === undefined) return send(request.method, response, notFound());
  try {
    response.writeHead(200, {
      ...COMMON_HEADERS,
      'Content-Type': file.type,
      'Content-Length': file.bytes,
      'Content-Security-Policy': file.policy,
    });
    if (request.method === 'HEAD' || file.bytes === 0) return void response.end();
    // A log may grow meanwhile: no more than was announced.
    await pipeline(
      file.handle.createReadStream({ start: 0, end: file.bytes - 1, autoClose: false }),
      response,
    );
  } finally {
    await file.handle.close();
  }
}

const COMMON_HEADERS = {
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Cross-Origin-Opener-Policy': 'same-origin',
  // Runs are judged and rendered again: nothing is kept.
  'Cache-Control': 'no-store',
} as const;

function send(method: string | undefined, response: ServerResponse, page: Page): void {
  const body = Buffer.from(page.body, 'utf8');
  response.writeHead(page.status, {
    ...COMMON_HEADERS,
    'Content-Type': page.type,
    'Content-Length': body.length,
    'Content-Security-Policy': LIST_POLICY,
    ...page.headers,
  });
  response.end(method === 'HEAD' ? undefined : body);
}

function fail(response: ServerResponse, error: unknown): void {
  // The reader went away.
  if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
  console.error(error);
  if (response.headersSent) response.destroy();
  else send('GET', response, told(500, 'fleetdiff met a defect of its own; see the terminal.'));
}

function ok(type: string, body: string): Page {
  return { status: 200, type, body };
}

function told(status: number, text: string): Page {
  return { status, type: 'text/plain; charset=utf-8', body: `${text}\n` };
}

function notFound(): Page {
  return told(404, 'There is no such run or file here. The list of runs is at /');
}

function redirect(location: string): Page {
  return { ...told(302, location), headers: { Location: location } };
}

function dataOf({ entries, latest }: RunList): string {
  const head = { schemaVersion: 1, kind: 'runs', ...(latest === undefined ? {} : { latest }) };
  return `${JSON.stringify({ ...head, runs: entries }, null, 1)}\n`;
}
