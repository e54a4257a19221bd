import { createHash } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { BlobRef } from '../../domain/tensor.ts';

/** Blobs that jobs share (the model, the inputs) stay in memory up to this many bytes, the oldest leave first. */
const CACHE_BYTES = 512 * 1024 * 1024;
const TIMEOUT_MS = 120_000;

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Moves blobs by hash between this process and the harness's blob server. */
export class BlobClient {
  readonly #cache = new Map<string, Uint8Array>();
  readonly #connections = new Agent({ keepAlive: true, maxSockets: 4 });
  #cachedBytes = 0;

  /** The blob's bytes, from memory or from the server; throws when they are not what the reference says. */
  async fetch(url: string, blob: BlobRef): Promise<Uint8Array> {
    const known = this.#cache.get(blob.sha256);
    if (known) return known;
    const { status, body } = await this.#send(url, 'GET', `/blobs/${blob.sha256}`);
    if (status !== 200) throw new Error(`The blob server answered ${status} for blob ${blob.sha256}.`);
    if (body.length !== blob.bytes || sha256Of(body) !== blob.sha256) {
      throw new Error(
        `Blob ${blob.sha256} should have ${blob.bytes} bytes; ${body.length} bytes with hash ${sha256Of(body)} arrived.`,
      );
    }
    this.#remember(blob.sha256, body);
    return body;
  }

  /** Sends the blobs that the server has never seen; each goes once, however many outputs share it. */
  async deliver(url: string, blobs: ReadonlyMap<string, Uint8Array>): Promise<void> {
    const question = Buffer.from(JSON.stringify({ sha256: [...blobs.keys()] }));
    const { status, body } = await this.#send(url, 'POST', '/missing', question);
    if (status !== 200) throw new Error(`The blob server answered ${status} when asked what it lacks.`);
    const { missing } = JSON.parse(body.toString('utf8')) as { missing: string[] };
    for (const sha256 of missing) {
      const bytes = blobs.get(sha256);
      if (bytes === undefined)
        throw new Error(`The blob server wants ${sha256}, which this job did not offer.`);
      const put = await this.#send(url, 'PUT', `/blobs/${sha256}`, bytes);
      if (put.status < 200 || put.status > 299) {
        throw new Error(
          `The blob server refused ${sha256} with ${put.status}: ${put.body.toString('utf8', 0, 200)}`,
        );
      }
    }
  }

  #remember(sha256: string, bytes: Uint8Array): void {
    this.#cache.set(sha256, bytes);
    this.#cachedBytes += bytes.length;
    for (const [oldest, { length }] of this.#cache) {
      if (this.#cachedBytes <= CACHE_BYTES || oldest === sha256) break;
      this.#cache.delete(oldest);
      this.#cachedBytes -= length;
    }
  }

  // node:http and not fetch: fetch's WebAssembly parser takes long to start on an emulated CPU.
  #send(
    url: string,
    method: string,
    path: string,
    content?: Uint8Array,
  ): Promise<{ status: number; body: Buffer }> {
    const target = new URL(url + path);
    if (target.protocol !== 'http:')
      throw new Error(`Blobs come over http, not ${target.protocol}// as in ${url}.`);
    return new Promise((resolve, reject) => {
      const outgoing = request(target, {
        method,
        agent: this.#connections,
        timeout: TIMEOUT_MS,
        headers: content ? { 'content-length': content.length } : {},
      });
      outgoing.on('timeout', () => outgoing.destroy(new Error(`No answer within ${TIMEOUT_MS / 1000} s.`)));
      outgoing.on('error', (cause: Error) =>
        reject(new Error(`The blob server at ${target.origin} did not answer: ${cause.message}`, { cause })),
      );
      outgoing.on('response', (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('error', reject);
        incoming.on('end', () => resolve({ status: incoming.statusCode ?? 0, body: Buffer.concat(chunks) }));
      });
      outgoing.end(content);
    });
  }
}
