import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { BlobEndpoint } from '../agents/protocol.ts';
import type { PageFile } from './page-files.ts';

/** What the server needs of a store of bytes by hash; `write` keeps nothing unless the bytes hash to `sha256`. */
export interface BlobPort {
  has(sha256: string): Promise<boolean>;
  /** Bytes; undefined when the store lacks it. */
  size(sha256: string): Promise<number | undefined>;
  read(sha256: string): Promise<{ bytes: number; stream: Readable } | undefined>;
  write(sha256: string, source: AsyncIterable<Uint8Array>): Promise<'stored' | 'hashMismatch' | 'tooLarge'>;
}

export interface BlobLimits {
  /** Of one upload. */
  readonly maxBlobBytes: number;
  /** Of all uploads of one session. */
  readonly maxSessionBytes: number;
}

const DEFAULT_BLOB_LIMITS: BlobLimits = { maxBlobBytes: 2 ** 30, maxSessionBytes: 2 ** 33 };

export interface BlobServerOptions {
  readonly limits?: BlobLimits;
  /** Told of what went wrong inside; a client that went away in the middle of a transfer counts. */
  readonly onError?: (error: unknown) => void;
}

/** What one session may do, for as long as it is not closed. */
export interface BlobAccess {
  readonly endpoint: BlobEndpoint;
  /** Lets the session read these blobs; it can read no others. */
  allow(sha256s: Iterable<string>): void;
  close(): void;
}

export interface BlobServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  /** `page`: the session is a browser and loads the agent's page from here as well. */
  openAccess(options?: { readonly page?: boolean }): BlobAccess;
  close(): Promise<void>;
}

interface Session {
  readonly token: Buffer;
  readonly page: boolean;
  readonly readable: Set<string>;
  uploadedBytes: number;
}

class LimitError extends Error {}

const SHA256 = /^[0-9a-f]{64}$/;
const TOKEN = /^[0-9a-f]{64}$/;
const MAX_MISSING_BYTES = 2 ** 22;
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  'img-src data:',
  "script-src 'self' blob: 'wasm-unsafe-eval'",
  "worker-src 'self' blob:",
  "connect-src 'self' blob:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
const HEADERS = {
  'Cache-Control': 'no-store',
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
  'X-Content-Type-Options': 'nosniff',
};

/**
 * Serves blobs, and pages to browsers, on 127.0.0.1 at a port of the system's choice. The routes are those of BlobEndpoint;
 * every one lies below a session's own token of 256 random bits, and without a valid one there is only 404.
 */
export async function startBlobServer(
  blobs: BlobPort,
  pages: ReadonlyMap<string, PageFile>,
  { limits = DEFAULT_BLOB_LIMITS, onError }: BlobServerOptions = {},
): Promise<BlobServer> {
  const sessions = new Set<Session>();
  const server = createServer((request, response) => {
    answer(request, response, sessions, blobs, pages, limits).catch((error: unknown) => {
      onError?.(error);
      fail(response);
    });
  });
  // An emulated device thinks for minutes between two requests on one connection; a server that closes it meanwhile
  // (Node's default is 5 s) makes the next request fail.
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    origin,
    openAccess({ page = false } = {}) {
      const token = randomBytes(32).toString('hex');
      const session = { token: digest(token), page, readable: new Set<string>(), uploadedBytes: 0 };
      sessions.add(session);
      return {
        endpoint: { url: `${origin}/${token}` },
        allow(sha256s) {
          for (const sha256 of sha256s) session.readable.add(sha256);
        },
        close: () => void sessions.delete(session),
      };
    },
    close: () =>
      new Promise<void>((resolve) => {
        sessions.clear();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  sessions: ReadonlySet<Session>,
  blobs: BlobPort,
  pages: ReadonlyMap<string, PageFile>,
  limits: BlobLimits,
): Promise<void> {
  const [, token = '', route = ''] = /^\/([^/?#]*)\/([^?#]*)$/.exec(request.url ?? '') ?? [];
  const session = findSession(sessions, token);
  if (!session) return finish(request, response, 404);
  const method = request.method ?? '';
  if (method === 'POST' && route === 'missing') return answerMissing(request, response, blobs);
  const sha256 = /^blobs\/(.*)$/.exec(route)?.[1];
  if (sha256 !== undefined) {
    if (!SHA256.test(sha256)) return finish(request, response, 404);
    if (method === 'PUT') return takeBlob(request, response, session, blobs, sha256, limits);
    if (method === 'GET') return giveBlob(request, response, session, blobs, sha256);
    return finish(request, response, 405);
  }
  const file = session.page ? pages.get(route) : undefined;
  if (!file) return finish(request, response, 404);
  if (method !== 'GET') return finish(request, response, 405);
  await givePageFile(response, file);
}

/** Compares hashes of equal length with every session, so that the time taken says nothing about a token. */
function findSession(sessions: ReadonlySet<Session>, token: string): Session | undefined {
  const given = digest(TOKEN.test(token) ? token : '');
  let found: Session | undefined;
  for (const session of sessions) if (timingSafeEqual(session.token, given)) found = session;
  return found;
}

async function giveBlob(
  request: IncomingMessage,
  response: ServerResponse,
  session: Session,
  blobs: BlobPort,
  sha256: string,
): Promise<void> {
  const blob = session.readable.has(sha256) ? await blobs.read(sha256) : undefined;
  if (!blob) return finish(request, response, 404);
  response.writeHead(200, { ...HEADERS, ...binary(blob.bytes) });
  await pipeline(blob.stream, response);
}

async function givePageFile(response: ServerResponse, { type, body }: PageFile): Promise<void> {
  const bytes = 'bytes' in body ? body.bytes.byteLength : (await stat(body.file)).size;
  response.writeHead(200, { ...HEADERS, 'Content-Type': type, 'Content-Length': bytes });
  await pipeline('bytes' in body ? Readable.from([body.bytes]) : createReadStream(body.file), response);
}

async function takeBlob(
  request: IncomingMessage,
  response: ServerResponse,
  session: Session,
  blobs: BlobPort,
  sha256: string,
  limits: BlobLimits,
): Promise<void> {
  if (Number(request.headers['content-length'] ?? 0) > limits.maxBlobBytes)
    return finish(request, response, 413);
  try {
    const outcome = await blobs.write(sha256, limited(request, session, limits));
    const status = { stored: 201, hashMismatch: 422, tooLarge: 413 }[outcome];
    return finish(request, response, status);
  } catch (error) {
    if (error instanceof LimitError) return finish(request, response, 413);
    throw error;
  }
}

async function* limited(
  request: IncomingMessage,
  session: Session,
  limits: BlobLimits,
): AsyncGenerator<Uint8Array> {
  let bytes = 0;
  for await (const chunk of chunksOf(request)) {
    bytes += chunk.byteLength;
    session.uploadedBytes += chunk.byteLength;
    if (bytes > limits.maxBlobBytes) throw new LimitError('blob');
    if (session.uploadedBytes > limits.maxSessionBytes) throw new LimitError('session');
    yield chunk;
  }
}

async function answerMissing(
  request: IncomingMessage,
  response: ServerResponse,
  blobs: BlobPort,
): Promise<void> {
  const text = await readText(request, MAX_MISSING_BYTES);
  if (text === undefined) return finish(request, response, 413);
  const asked = parseAsked(text);
  if (!asked) return finish(request, response, 400);
  const known = await Promise.all(asked.map((sha256) => blobs.has(sha256)));
  const body = JSON.stringify({ missing: asked.filter((_, index) => !known[index]) });
  response.writeHead(200, { ...HEADERS, 'Content-Type': 'application/json' });
  response.end(body);
}

function parseAsked(text: string): readonly string[] | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const asked = (parsed as { sha256?: unknown } | null)?.sha256;
  const valid = Array.isArray(asked) && asked.every((each) => typeof each === 'string' && SHA256.test(each));
  return valid ? [...new Set<string>(asked)] : undefined;
}

async function readText(request: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of chunksOf(request)) {
    bytes += chunk.byteLength;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Leaving the loop early keeps the connection, so that the refusal can still be answered on it. */
function chunksOf(request: IncomingMessage): AsyncIterable<Uint8Array> {
  return request.iterator({ destroyOnReturn: false });
}

function finish(request: IncomingMessage, response: ServerResponse, status: number): void {
  if (response.headersSent || response.destroyed) return;
  // A body that nobody reads would stall a connection that is kept; so it is given up with the answer.
  const close = request.complete ? {} : { Connection: 'close' };
  response.writeHead(status, { ...HEADERS, ...close, 'Content-Length': 0 });
  response.end();
}

/** A client learns nothing about the inside. */
function fail(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) response.destroy();
  else response.writeHead(500, { ...HEADERS, Connection: 'close', 'Content-Length': 0 }).end();
}

const binary = (bytes: number) => ({ 'Content-Type': 'application/octet-stream', 'Content-Length': bytes });

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
