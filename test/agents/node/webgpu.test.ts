import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JobAnswer } from '../../../harness/agents/protocol.ts';
import { locateParts } from '../../../harness/provision/locate-parts.ts';
import { AgentClient } from '../agent-client.ts';
import { startBlobServer, type TestBlobServer } from '../blob-server.ts';
import { CPU, jobFor, storedInput } from '../jobs.ts';

const ROOT = path.resolve(import.meta.dirname, '../../..');
let server: TestBlobServer;

beforeAll(async () => {
  server = await startBlobServer();
});
afterAll(() => server.close());

// onnxruntime-node has a WebGPU provider for Linux on x86-64 only.
test.runIf(process.arch === 'x64')(
  'WebGPU without a browser: attested on the GPU, and a clean end',
  { timeout: 90_000 },
  async () => {
    const { swiftshaderIcd } = await locateParts(ROOT);
    if (!swiftshaderIcd)
      throw new Error('Chromium brings the Vulkan driver that this needs: run fleetdiff doctor --fix.');
    const env = { VK_ICD_FILENAMES: swiftshaderIcd, LD_LIBRARY_PATH: path.dirname(swiftshaderIcd) };
    // The driver starts an agent in its delegate's environment, as the loader reads LD_LIBRARY_PATH only then.
    const agent = new AgentClient(env);
    const model = readFileSync(path.join(ROOT, 'fixtures/digits/models/digits.u8s8.onnx'));
    const input = storedInput(server, 'input', 'float32', [1, 1, 28, 28], new Uint8Array(784 * 4));
    const delegate = { ...CPU, provider: 'webgpu', env };
    const job = jobFor(server, model, [input], { delegate });
    const answer = await agent.ask<JobAnswer>({ id: 1, op: 'run', job });
    if (answer.status === 'failed') throw new Error(answer.reason);
    const { placement } = answer.result;
    expect(placement).toMatchObject({ requested: 'webgpu', status: 'attested' });
    expect(new Set(placement.nodes.map(({ provider }) => provider))).toContain('WebGpuExecutionProvider');
    expect(await agent.end()).toEqual({ code: 0, signal: null });
  },
);
