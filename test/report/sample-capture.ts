import type { Delegate } from '../../harness/domain/device.ts';
import type { Capture } from '../../harness/domain/run-files.ts';
import type { SampleTarget } from './sample-fleet.ts';
import { nameOf } from './sample-fleet.ts';

/** A digest that is told apart at a glance. */
export const SHA = (digit: string): string => digit.repeat(64);

export function delegateOf(target: SampleTarget): Delegate {
  return {
    name: target.delegate,
    runtime: target.runtime ?? 'onnxruntime-node',
    provider: target.provider ?? 'cpu',
    threads: 1,
    optimization: target.delegate === 'cpu-noopt' ? 'disabled' : 'all',
    sessionConfig: {},
    env: {},
  };
}

export function captureOf(target: SampleTarget, suite: string): Capture {
  const head = {
    schemaVersion: 1,
    kind: 'capture',
    suite,
    target: nameOf(target),
    planHash: SHA('a'),
    capturedAt: '2026-11-22T13:05:31Z',
  } as const;
  if (target.capture === 'failed') {
    return {
      ...head,
      status: 'failed',
      reason: 'session lost: the agent ended with signal SIGKILL',
      attempts: 3,
    };
  }
  if (target.capture === 'skipped') {
    return {
      ...head,
      status: 'skipped',
      reason: 'SwiftShader ICD not found',
      remedy: 'apt-get install chromium',
    };
  }
  const cpu = { provider: 'CPUExecutionProvider' };
  return {
    ...head,
    status: 'captured',
    provenance: {
      device: {
        soc: target.soc,
        arch: target.arch ?? 'x86_64',
        isa: target.isa ?? ['x86_64', 'avx2', 'fma', 'avx512', 'vnni'],
        os: 'Debian GNU/Linux 12 (bookworm)',
        runtime: { name: target.runtime ?? 'onnxruntime-node', version: '1.30.0' },
        host: { name: 'node', version: '20.20.2' },
        ...(target.emulator === undefined ? {} : { emulator: target.emulator }),
      },
      driver: { name: target.device === 'chromium' ? 'chromium' : 'soc', version: '0.1.0' },
      delegate: delegateOf(target),
      modelSha256: SHA('b'),
      inputsSha256: SHA('c'),
      agentSha256: SHA('d'),
      harness: { version: '0.1.0' },
    },
    placement: {
      requested: target.provider ?? 'cpu',
      status: 'attested',
      nodes: [
        { name: 'q0', opType: 'QuantizeLinear', ...cpu },
        ...['c1', 'c2', 'c3'].map((name) => ({ name, opType: 'QLinearConv', ...cpu })),
        {
          name: 'dq',
          opType: 'DequantizeLinear',
          provider: target.provider === 'webgpu' ? 'WebGpuExecutionProvider' : cpu.provider,
        },
      ],
    },
    timings: { sessionMs: 812, loadMs: 640, inferenceMs: 1440, jobMs: 3105 },
    peakMemoryBytes: 218_000_000,
    cases: [],
  };
}
