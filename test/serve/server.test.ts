import { execFileSync } from 'node:child_process';
import { mkdir, rename, symlink, writeFile } from 'node:fs/promises';
import { type IncomingHttpHeaders, request } from 'node:http';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { renderHtml } from '../../harness/report/html/page.ts';
import type { RunSource } from '../../harness/serve/run-source.ts';
import { type RunServer, serveRuns } from '../../harness/serve/server.ts';
import { HOSTILE, hostileRun } from '../report/hostile-run.ts';
import { sampleRun } from '../report/sample-run.ts';
import { linkLatestTo, reportsFolder, writeRun } from './run-folders.ts';

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** The path goes out as it is: fetch() would tidy it up. */
function ask(
  server: RunServer,
  target: string,
  options: { method?: string; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const { port } = new URL(server.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path: target, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body });
      });
    });
    sent.on('error', reject);
    sent.end();
  });
}

async function started(source: RunSource): Promise<RunServer> {
  const server = await serveRuns(source, 0);
  onTestFinished(() => server.close());
  return server;
}

async function servedRun(files: Record<string, string> = {}) {
  const reports = await reportsFolder();
  const root = await writeRun(reports, 'r', undefined, files);
  return { reports, root, server: await started({ kind: 'folder', root: reports }) };
}

test('listens to this machine alone', async () => {
  const { server } = await servedRun();
  expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
});

test.for<[string, string]>([
  ['report.html', 'text/html; charset=utf-8'],
  ['verdicts.json', 'application/json'],
  ['junit.xml', 'application/xml'],
  ['divergence.csv', 'text/csv; charset=utf-8'],
  ['summary.md', 'text/markdown; charset=utf-8'],
  ['findings.sarif', 'application/sarif+json'],
  ['log.ndjson', 'text/plain; charset=utf-8'],
  ['blob', 'application/octet-stream'],
])('%s is served as %s, with its length and no sniffing', async ([name, type]) => {
  const text = 'Grüße 日本';
  const files = name === 'verdicts.json' ? {} : { [name]: text };
  const { server } = await servedRun(files);
  const got = await ask(server, `/runs/r/${name}`);
  expect(got.status).toBe(200);
  expect(got.headers['content-type']).toBe(type);
  expect(got.headers['content-length']).toBe(String(Buffer.byteLength(got.body)));
  expect(got.headers['x-content-type-options']).toBe('nosniff');
  expect(got.headers['content-security-policy']).toMatch(/^default-src 'none'; .*frame-ancestors 'none'/);
  if (name !== 'verdicts.json') expect(got.body).toBe(text);
  const head = await ask(server, `/runs/r/${name}`, { method: 'HEAD' });
  expect([head.status, head.headers['content-length'], head.body]).toEqual([
    200,
    got.headers['content-length'],
    '',
  ]);
});

test('an empty file is served', async () => {
  const { server } = await servedRun({ 'log.ndjson': '' });
  expect(await ask(server, '/runs/r/log.ndjson')).toMatchObject({ status: 200, body: '' });
});

test.for(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])('%s is refused', async (method) => {
  const { server } = await servedRun();
  const got = await ask(server, '/', { method });
  expect([got.status, got.headers.allow]).toEqual([405, 'GET, HEAD']);
});

test.for(['evil.example', 'evil.example:80', '127.0.0.1.evil.example'])(
  'a page of %s that resolves its name to this machine gets nothing',
  async (host) => {
    const { server } = await servedRun({ 'summary.md': 'secret' });
    for (const target of ['/', '/runs.json', '/runs/r/summary.md']) {
      const got = await ask(server, target, { headers: { host } });
      expect(got.status).toBe(403);
      expect(got.body).not.toMatch(/secret|digits/);
    }
  },
);

test('nothing outside a run is served, by whatever path or link', async () => {
  const { reports, root, server } = await servedRun();
  await writeFile(path.join(reports, 'secret.txt'), 'secret');
  await mkdir(path.join(reports, 'r2'));
  await writeFile(path.join(reports, 'r2/secret.txt'), 'secret');
  await symlink('../secret.txt', path.join(root, 'file-link'));
  await symlink('..', path.join(root, 'folder-link'));
  await symlink('loop', path.join(root, 'loop'));
  await symlink(reports, path.join(reports, 'outside'));
  execFileSync('mkfifo', [path.join(root, 'pipe')]);
  const targets = [
    '/runs/r/../secret.txt',
    '/runs/r/%2e%2e/secret.txt',
    '/runs/r/..%2fsecret.txt',
    '/runs/../secret.txt',
    '/runs/secret.txt',
    '/runs/r/file-link',
    '/runs/r/folder-link/secret.txt',
    '/runs/r/folder-link/r2/secret.txt',
    '/runs/r/loop',
    '/runs/r/pipe',
    '/runs/outside/secret.txt',
    '/runs/r2/secret.txt',
    '/runs/r/captures',
    '/runs/r/absent',
    `/runs/r/${'n'.repeat(5000)}`,
    '/secret.txt',
    '/../secret.txt',
  ];
  for (const target of targets) {
    const got = await ask(server, target);
    expect([target, got.status]).toEqual([target, 404]);
    expect(got.body).not.toMatch(/^secret/);
  }
});

test('a link inside the run is followed', async () => {
  const { root, server } = await servedRun({ 'summary.md': 'words' });
  await symlink('summary.md', path.join(root, 'other.md'));
  expect(await ask(server, '/runs/r/other.md')).toMatchObject({ status: 200, body: 'words' });
});

test('latest is the run that it points at; a run by itself leads to its report', async () => {
  const { reports, server } = await servedRun({ 'summary.md': 'words' });
  expect((await ask(server, '/runs/latest/summary.md')).status).toBe(404);
  await linkLatestTo(reports, 'r');
  expect(await ask(server, '/runs/latest/summary.md')).toMatchObject({ status: 200, body: 'words' });
  expect((await ask(server, '/runs/r')).headers.location).toBe('/runs/r/report.html');
});

test('one run alone is served when one run is named', async () => {
  const { reports, root } = await servedRun();
  await writeRun(reports, 'other');
  const server = await started({ kind: 'run', root });
  expect(JSON.parse((await ask(server, '/runs.json')).body).runs).toHaveLength(1);
  expect((await ask(server, '/runs/r/report.html')).status).toBe(200);
  expect((await ask(server, '/runs/other/report.html')).status).toBe(404);
});

test('a report keeps its own policy by hashes, no host that it names, and unless its script is ours an origin of its own', async () => {
  const policy =
    "default-src *; script-src 'sha256-AAAA=' https://evil.example 'unsafe-inline'; style-src 'sha256-BBBB'; img-src data: *; connect-src *";
  const page = `<!doctype html><meta http-equiv="Content-Security-Policy" content="${policy}">`;
  const { server } = await servedRun({ 'report.html': page, 'other.html': '<script>alert(1)</script>' });
  expect((await ask(server, '/runs/r/report.html')).headers['content-security-policy']).toBe(
    "default-src 'none'; script-src 'sha256-AAAA='; style-src 'sha256-BBBB'; img-src data:; sandbox allow-scripts allow-downloads; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  );
  const own = await servedRun({ 'report.html': await renderHtml(sampleRun()) });
  const { headers } = await ask(own.server, '/runs/r/report.html');
  expect(headers['content-security-policy']).toContain('script-src');
  expect(headers['content-security-policy']).not.toContain('sandbox');
  expect((await ask(server, '/runs/r/other.html')).headers['content-security-policy']).toBe(
    "default-src 'none'; frame-ancestors 'none'; sandbox",
  );
});

test('the page lists runs with links to the files that are there', async () => {
  const { reports, server } = await servedRun({ 'summary.md': '', 'findings.sarif': '' });
  await linkLatestTo(reports, 'r');
  const { body, headers } = await ask(server, '/');
  expect(headers['content-security-policy']).toContain("script-src 'self'");
  const links = [...body.matchAll(/href="(\/runs[^"]*)"/g)].map((match) => match[1]);
  expect(links).toEqual([
    '/runs/r/report.html',
    '/runs/r/report.html',
    '/runs/r/summary.md',
    '/runs/r/findings.sarif',
  ]);
  expect(body).toContain('May ship: cannot tell, the run is incomplete (1 incomplete)');
  expect(body).toContain('9 of 11 · 1 failed · 1 skipped<');
  expect(body).toContain('2026-11-22 13:05 UTC');
  expect(body).toContain('46.0 s');
  expect(body).toContain('<span class="tag">latest</span>');
  for (const own of ['/style.css', '/list.js']) expect((await ask(server, own)).status).toBe(200);
});

test('hostile names are text in the page and in the data', async () => {
  const reports = await reportsFolder();
  const { plan, ...rest } = hostileRun();
  const root = await writeRun(reports, 'r', { ...rest, plan, captures: [] });
  await rename(root, path.join(reports, '<b onmouseover=alert(1)>"&'));
  const server = await started({ kind: 'folder', root: reports });
  const { body } = await ask(server, '/');
  const known =
    /^<(!doctype|\/?(html|head|meta|title|link|script|body|main|h1|p|code|bdi|form|label|input|select|option|span|table|thead|tbody|tr|th|td|time|details|summary|br|a))( [^<>]*)?>$/;
  expect(
    (body.match(/<[^>]*>/g) ?? []).filter(
      (tag) => !known.test(tag) || /onerror|onmouseover/.test(tag.replace(/"[^"]*"/g, '')),
    ),
  ).toEqual([]);
  expect(body).not.toContain('\u202e');
  expect(body).not.toContain('\u001b');
  expect(body).not.toContain(HOSTILE.long);
  expect(body).toContain('/runs/%3Cb%20onmouseover%3Dalert(1)%3E%22%26/report.html');
  expect(JSON.parse((await ask(server, '/runs.json')).body)).toMatchObject({
    schemaVersion: 1,
    kind: 'runs',
  });
});

test('a busy port says so and names the remedy', async () => {
  const { server, reports } = await servedRun();
  const port = Number(new URL(server.url).port);
  await expect(serveRuns({ kind: 'folder', root: reports }, port)).rejects.toMatchObject({
    code: 'E_PORT',
    message: `Port ${port} of 127.0.0.1 cannot be had: another program has it (EADDRINUSE).`,
    remedies: expect.arrayContaining(['take a free one:  fleetdiff serve --port 0']),
  });
});
