import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { PAGE_HTML } from '../agents/web/page.ts';
import { compiledRoot } from './compiled-file.ts';

/** A file that a browser session may load: its content type, and its bytes or where they lie. */
export interface PageFile {
  readonly type: string;
  readonly body: { readonly file: string } | { readonly bytes: Uint8Array };
}

const SCRIPT = 'text/javascript; charset=utf-8';
const AGENT_MODULES = [
  'protocol.js',
  'tap-model.js',
  'web/agent.js',
  'web/device-facts.js',
  'web/placement.js',
  'web/run-job.js',
  'web/tensor-bytes.js',
  'web/worker.js',
];
const ORT_BUNDLES = ['ort.wasm.min.mjs', 'ort.webgpu.min.mjs', 'ort.all.min.mjs'];
const ORT_BINARIES = ['', '.asyncify', '.jsep', '.jspi'].map((kind) => `ort-wasm-simd-threaded${kind}`);

/**
 * The whole list of what a page can ask for besides blobs, by its path below the session's URL. A path that is not a key
 * of this map does not exist, so no request can name another file.
 */
export function pageFiles(agentsFolder = path.join(compiledRoot(), 'agents')): ReadonlyMap<string, PageFile> {
  const ort = path.dirname(createRequire(import.meta.url).resolve('onnxruntime-web'));
  const files = new Map<string, PageFile>();
  files.set('agent/', { type: 'text/html; charset=utf-8', body: { bytes: Buffer.from(PAGE_HTML) } });
  for (const name of AGENT_MODULES) {
    files.set(`agent/${name}`, { type: SCRIPT, body: { file: path.join(agentsFolder, name) } });
  }
  for (const name of [...ORT_BUNDLES, ...ORT_BINARIES.map((binary) => `${binary}.mjs`)]) {
    files.set(`ort/${name}`, { type: SCRIPT, body: { file: path.join(ort, name) } });
  }
  for (const binary of ORT_BINARIES) {
    const file = path.join(ort, `${binary}.wasm`);
    files.set(`ort/${binary}.wasm`, { type: 'application/wasm', body: { file } });
  }
  return files;
}

/** SHA-256 over names and bytes of the page and its modules: the identity of the web agent. */
export async function agentSha256(files: ReadonlyMap<string, PageFile>): Promise<string> {
  const hash = createHash('sha256');
  for (const [name, { body }] of files) {
    if (!name.startsWith('agent/')) continue;
    const bytes = 'bytes' in body ? body.bytes : await readFile(body.file);
    hash.update(`${name} ${bytes.byteLength}\n`).update(bytes);
  }
  return hash.digest('hex');
}
