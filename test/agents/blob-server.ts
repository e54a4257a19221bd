import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { BlobRef } from '../../harness/domain/tensor.ts';

/** The harness's side of the blob protocol, as small as the protocol allows, with a record of what was asked. */
export interface TestBlobServer {
  readonly origin: string;
  /** With the token, as a Job carries it. */
  readonly url: string;
  readonly blobs: Map<string, Buffer>;
  /** `METHOD /path` of every request, without the token. */
  readonly requests: string[];
  add(bytes: Uint8Array): BlobRef;
  close(): Promise<void>;
}

const TOKEN = 'test-token';

export async function startBlobServer(): Promise<TestBlobServer> {
  const blobs = new Map<string, Buffer>();
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    const [token, ...rest] = (request.url ?? '').slice(1).split('/');
    const path = `/${rest.join('/')}`;
    requests.push(`${request.method} ${path}`);
    if (token !== TOKEN) response.writeHead(403).end();
    else answer(request.method ?? '', path, await bodyOf(request), blobs, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const origin = `http://127.0.0.1:${address.port}`;
  return {
    origin,
    url: `${origin}/${TOKEN}`,
    blobs,
    requests,
    add(bytes) {
      const sha256 = sha256Of(bytes);
      blobs.set(sha256, Buffer.from(bytes));
      return { sha256, bytes: bytes.length };
    },
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(
  method: string,
  path: string,
  body: Buffer,
  blobs: Map<string, Buffer>,
  response: ServerResponse,
): void {
  if (method === 'POST' && path === '/missing') {
    const { sha256 } = JSON.parse(body.toString('utf8')) as { sha256: string[] };
    response.end(JSON.stringify({ missing: sha256.filter((name) => !blobs.has(name)) }));
    return;
  }
  const name = /^\/blobs\/([0-9a-f]{64})$/.exec(path)?.[1] ?? '';
  if (method === 'GET' && blobs.has(name)) response.end(blobs.get(name));
  else if (method === 'PUT' && sha256Of(body) === name) {
    blobs.set(name, body);
    response.writeHead(201).end();
  } else response.writeHead(method === 'PUT' ? 422 : 404).end();
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
