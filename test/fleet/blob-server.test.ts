import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type BlobAccess, type BlobServer, startBlobServer } from '../../harness/fleet/blob-server.ts';
import { pageFiles } from '../../harness/fleet/page-files.ts';
import { memoryBlobs } from './memory-blobs.ts';

// sha256sum of the bytes "hello", "secret" and of nothing.
const HELLO = '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824';
const SECRET = '2bb80d537b1da3e38bd30361aa855686bde0eacd7162fef6a25fe97bf527a25b';
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

const blobs = memoryBlobs();
let server: BlobServer;
let device: BlobAccess;
let browser: BlobAccess;

beforeAll(async () => {
  server = await startBlobServer(blobs, pageFiles(), {
    limits: { maxBlobBytes: 1000, maxSessionBytes: 2500 },
  });
  device = server.openAccess();
  browser = server.openAccess({ page: true });
  blobs.put(Buffer.from('hello'));
  blobs.put(Buffer.from('secret'));
  device.allow([HELLO]);
});
afterAll(() => server.close());

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers: Record<string, unknown>;
}

/** Sends the path as it stands: fetch would normalise `..` away. */
function send(method: string, path: string, body?: string | Buffer, headers = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const { port } = new URL(server.origin);
    const sent = request({ host: '127.0.0.1', port, method, path, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({
          status: response.statusCode!,
          body: Buffer.concat(chunks).toString(),
          headers: response.headers,
        }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

const token = (access: BlobAccess): string => new URL(access.endpoint.url).pathname;

test('binds loopback only and gives every session a token of 256 bits of its own', () => {
  expect(server.origin).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  expect(token(device)).toMatch(/^\/[0-9a-f]{64}$/);
  expect(token(device)).not.toBe(token(browser));
});

test('gives a blob that the session may read', async () => {
  const { status, body, headers } = await send('GET', `${token(device)}/blobs/${HELLO}`);
  expect({ status, body }).toEqual({ status: 200, body: 'hello' });
  expect(headers).toMatchObject({
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-embedder-policy': 'require-corp',
    'cross-origin-resource-policy': 'same-origin',
  });
  expect(headers['content-security-policy']).toContain("default-src 'none'");
  expect(headers).not.toHaveProperty('access-control-allow-origin');
});

describe('refuses', () => {
  const wrong = `/${'0'.repeat(64)}`;
  test.for<[name: string, method: string, path: () => string, status: number]>([
    ['no token', 'GET', () => '/', 404],
    ['no token, a blob', 'GET', () => `/blobs/${HELLO}`, 404],
    ['a wrong token', 'GET', () => `${wrong}/blobs/${HELLO}`, 404],
    ['a token cut short', 'GET', () => `${token(device).slice(0, -1)}/blobs/${HELLO}`, 404],
    ['a token in upper case', 'GET', () => `${token(device).toUpperCase()}/blobs/${HELLO}`, 404],
    ['a blob that no job of the session named', 'GET', () => `${token(device)}/blobs/${SECRET}`, 404],
    ["another session's blob", 'GET', () => `${token(browser)}/blobs/${HELLO}`, 404],
    ['a name that is no hash', 'GET', () => `${token(device)}/blobs/hello`, 404],
    ['a path out of the blobs', 'GET', () => `${token(device)}/blobs/../../../etc/passwd`, 404],
    ['an encoded path out', 'GET', () => `${token(device)}/blobs/..%2f..%2fetc%2fpasswd`, 404],
    ['the page for a session that is no browser', 'GET', () => `${token(device)}/agent/`, 404],
    ['a path out of the page', 'GET', () => `${token(browser)}/agent/../../package.json`, 404],
    [
      'an encoded path out of the page',
      'GET',
      () => `${token(browser)}/agent/%2e%2e/%2e%2e/package.json`,
      404,
    ],
    [
      'a file of onnxruntime-web that is not listed',
      'GET',
      () => `${token(browser)}/ort/ort.node.min.js`,
      404,
    ],
    ['an inherited property', 'GET', () => `${token(browser)}/__proto__`, 404],
    ['a backslash path', 'GET', () => `${token(browser)}/ort/..\\package.json`, 404],
    ['an absolute target', 'GET', () => 'http://example.invalid/', 404],
    ['writing under a name that is no hash', 'PUT', () => `${token(device)}/blobs/../x`, 404],
    ['deleting', 'DELETE', () => `${token(device)}/blobs/${HELLO}`, 405],
    ['a preflight', 'OPTIONS', () => `${token(device)}/blobs/${HELLO}`, 405],
    ['writing to the page', 'POST', () => `${token(browser)}/agent/`, 405],
    ['reading the list of missing blobs', 'GET', () => `${token(device)}/missing`, 404],
  ])('%s', async ([, method, path, expected]) => {
    const { status, body } = await send(method, path());
    expect(status).toBe(expected);
    expect(body).toBe('');
  });
});

describe('uploads', () => {
  test('are taken when they hash to their name', async () => {
    const { status } = await send('PUT', `${token(device)}/blobs/${EMPTY}`, '');
    expect(status).toBe(201);
    expect(blobs.bytes.get(EMPTY)?.byteLength).toBe(0);
  });

  test('are refused and not kept when they do not', async () => {
    const name = 'a'.repeat(64);
    const { status } = await send('PUT', `${token(device)}/blobs/${name}`, 'hello');
    expect(status).toBe(422);
    expect(blobs.bytes.has(name)).toBe(false);
  });

  test('do not replace a known blob by other bytes', async () => {
    const { status } = await send('PUT', `${token(device)}/blobs/${SECRET}`, 'other');
    expect(status).toBe(422);
    expect(blobs.bytes.get(SECRET)?.toString()).toBe('secret');
  });

  test('of more bytes than allowed are refused before they are read', async () => {
    const { status } = await send('PUT', `${token(device)}/blobs/${HELLO}`, Buffer.alloc(1001));
    expect(status).toBe(413);
  });

  test('that do not tell their length are cut off at the limit', async () => {
    const headers = { 'transfer-encoding': 'chunked' };
    const { status } = await send('PUT', `${token(device)}/blobs/${HELLO}`, Buffer.alloc(1001), headers);
    expect(status).toBe(413);
  });

  test('of one session together have a limit, and other sessions have their own', async () => {
    const access = server.openAccess();
    const statuses: number[] = [];
    for (let index = 0; index < 3; index++) {
      const { status } = await send('PUT', `${token(access)}/blobs/${HELLO}`, Buffer.alloc(1000));
      statuses.push(status);
    }
    expect(statuses).toEqual([422, 422, 413]);
    expect((await send('PUT', `${token(server.openAccess())}/blobs/${HELLO}`, 'hello')).status).toBe(201);
  });
});

describe('missing', () => {
  const unknown = 'b'.repeat(64);
  test.for<[name: string, body: string, status: number, answer: string]>([
    [
      'names what the store lacks, once',
      JSON.stringify({ sha256: [HELLO, unknown, unknown] }),
      200,
      JSON.stringify({ missing: [unknown] }),
    ],
    ['an empty list', '{"sha256":[]}', 200, '{"missing":[]}'],
    ['no JSON', 'hello', 400, ''],
    ['null', 'null', 400, ''],
    ['no list', '{"sha256":"x"}', 400, ''],
    ['a path for a hash', '{"sha256":["../../etc/passwd"]}', 400, ''],
    ['more than 4 MiB', ' '.repeat(2 ** 22 + 1), 413, ''],
  ])('%s', async ([, body, status, answer]) => {
    expect(await send('POST', `${token(device)}/missing`, body)).toMatchObject({ status, body: answer });
  });
});

test('a session that was closed has no access', async () => {
  const access = server.openAccess();
  access.allow([HELLO]);
  const path = `${token(access)}/blobs/${HELLO}`;
  expect((await send('GET', path)).status).toBe(200);
  access.close();
  expect((await send('GET', path)).status).toBe(404);
});

test('a browser session gets the page as HTML and WebAssembly with its own type', async () => {
  const page = await send('GET', `${token(browser)}/agent/`);
  expect(page.status).toBe(200);
  expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
  const wasm = await send('GET', `${token(browser)}/ort/ort-wasm-simd-threaded.wasm`);
  expect(wasm.headers['content-type']).toBe('application/wasm');
  expect(wasm.body.slice(1, 4)).toBe('asm');
});
