import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Job, PROTOCOL_VERSION } from '../../harness/agents/protocol.ts';
import type { Delegate } from '../../harness/domain/device.ts';
import type { DType, StoredTensor } from '../../harness/domain/tensor.ts';
import type { TestBlobServer } from './blob-server.ts';

interface Expected {
  /** Per dtype the bytes, in hex, that a model of Identity nodes must return untouched. */
  readonly identity: { readonly shape: number[]; readonly bytes: Readonly<Record<string, string>> };
  /** MatMulInteger, uint8 × int8: input and both possible answers, in hex. */
  readonly matmul: { readonly input: string; readonly exact: string; readonly saturated: string };
}

/** Written by make-models.py. */
export const EXPECTED = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'expected.json'), 'utf8'),
) as Expected;

export const CPU: Delegate = {
  name: 'cpu',
  runtime: 'onnxruntime-node',
  provider: 'cpu',
  threads: 1,
  optimization: 'all',
  sessionConfig: {},
  env: {},
};

export function readModel(name: string): Buffer {
  return readFileSync(path.join(import.meta.dirname, name));
}

export function storedInput(
  server: TestBlobServer,
  name: string,
  dtype: DType,
  shape: readonly number[],
  bytes: Uint8Array,
): StoredTensor {
  return { name, dtype, shape, ...server.add(bytes) };
}

/** A job with one case unless told otherwise; its model lies on the blob server. */
export function jobFor(
  server: TestBlobServer,
  model: Uint8Array,
  inputs: readonly StoredTensor[],
  changes: Partial<Job> = {},
): Job {
  return {
    protocol: PROTOCOL_VERSION,
    id: 'job-1',
    blobs: { url: server.url },
    model: server.add(model),
    delegate: CPU,
    cases: [{ name: 'only', inputs }],
    repeats: 1,
    taps: [],
    ...changes,
  };
}

export function matmulJob(server: TestBlobServer, changes: Partial<Job> = {}): Job {
  const input = storedInput(server, 'A', 'uint8', [1, 64], Buffer.from(EXPECTED.matmul.input, 'hex'));
  return jobFor(server, readModel('matmul-u8s8.onnx'), [input], changes);
}
