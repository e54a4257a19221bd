import type { Device } from '../domain/device.ts';
import type { Capture, CapturedCase, PlacedNode, Plan } from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import type { StoredTensor } from '../domain/tensor.ts';
import { suiteInputsSha256 } from '../formats/golden-file.ts';
import { hashPlan } from '../stages/plan/hash-plan.ts';

const NO_HASH = '0'.repeat(64);
const NOW = new Date(0).toISOString();

/** One suite on outputs that nobody computed: what the reference answers to each case, as a golden. */
export interface MadeUpSuite {
  readonly name: string;
  readonly cases: readonly { readonly case: string; readonly outputs: readonly StoredTensor[] }[];
}

/** Every suite on every device, whose only delegate is `cpu`. */
export function madeUpPlan(
  run: string,
  devices: readonly string[],
  suites: readonly MadeUpSuite[],
  createdAt: string = NOW,
): Plan {
  const plan: Plan = {
    schemaVersion: 1,
    kind: 'plan',
    run,
    createdAt,
    planHash: NO_HASH,
    harness: { version: '0.0.0' },
    repeats: 1,
    suites: suites.map(plannedSuite),
    devices: devices.map(deviceOf),
    fleet: { devices, delegates: ['cpu'], socs: [], tags: [] },
    captures: devices.flatMap((device) =>
      suites.map(({ name }) => ({
        suite: name,
        target: `${device}/cpu`,
        role: 'candidate' as const,
        optional: false,
      })),
    ),
  };
  return { ...plan, planHash: hashPlan(plan) };
}

/** What a device answers, as capture would record it. */
export function madeUpCapture(
  planHash: string,
  suite: PlannedSuite,
  device: string,
  cases: readonly CapturedCase[],
): Capture {
  return {
    schemaVersion: 1,
    kind: 'capture',
    suite: suite.name,
    target: `${device}/cpu`,
    planHash,
    capturedAt: NOW,
    status: 'captured',
    provenance: {
      device: {
        soc: 'made up',
        arch: 'x86_64',
        isa: ['x86_64'],
        os: 'Linux',
        runtime: { name: 'onnxruntime', version: '0.0.0' },
        host: { name: 'node', version: '0.0.0' },
      },
      driver: { name: 'soc', version: '0.0.0' },
      delegate: DELEGATE,
      modelSha256: NO_HASH,
      inputsSha256: suiteInputsSha256(suite.cases),
      agentSha256: NO_HASH,
      harness: { version: '0.0.0' },
    },
    placement: { requested: 'cpu', status: 'attested', nodes: nodesOf(cases) },
    timings: { sessionMs: 0, loadMs: 0, inferenceMs: 0, jobMs: 0 },
    cases,
  };
}

/** Each output from a node of its own. */
function nodesOf(cases: readonly CapturedCase[]): readonly PlacedNode[] {
  const outputs = cases[0]?.repeats[0] ?? [];
  return outputs.map(({ name }) => ({ name, opType: 'Conv', provider: 'CPUExecutionProvider' }));
}

function plannedSuite({ name, cases }: MadeUpSuite): PlannedSuite {
  return {
    name,
    folder: name,
    model: {
      path: `${name}.onnx`,
      sha256: NO_HASH,
      bytes: 0,
      facts: {
        inputs: [],
        outputs: (cases[0]?.outputs ?? []).map((output) => ({
          name: output.name,
          dtype: output.dtype,
          shape: output.shape,
        })),
        u8s8FullRange: false,
        integerOperators: false,
      },
    },
    cases: cases.map((each) => ({ name: each.case, inputs: [] })),
    reference: { kind: 'golden', origin: 'made up', cases },
  };
}

function deviceOf(name: string): Device {
  return {
    name,
    driver: 'soc',
    launch: { kind: 'host' },
    soc: 'host',
    tags: [],
    optional: false,
    delegates: [DELEGATE],
    capabilities: {},
    place: { file: 'devices.yml', line: 1 },
  };
}

const DELEGATE: Device['delegates'][number] = {
  name: 'cpu',
  runtime: 'onnxruntime-node',
  provider: 'cpu',
  threads: 1,
  optimization: 'all',
  sessionConfig: {},
  env: {},
};
