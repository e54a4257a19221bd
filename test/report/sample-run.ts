import type { Device } from '../../harness/domain/device.ts';
import type { DecidingRule, Plan } from '../../harness/domain/run-files.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { captureOf, delegateOf, SHA } from './sample-capture.ts';
import type { SampleTarget } from './sample-fleet.ts';
import { DEFAULT_FLEET, nameOf, RULE } from './sample-fleet.ts';
import { CASES, comparisonsOf, summaryOf, verdictsOf } from './sample-judgement.ts';

/** A whole run of the sample fleet; every value is written in these files, none is computed by the product. */

const SUITE = 'digits-int8';

export interface SampleOptions {
  readonly fleet?: readonly SampleTarget[];
  readonly exitCode?: 0 | 1 | 3;
  readonly suite?: string;
  readonly rule?: DecidingRule;
}

/** The sample run; with the default fleet its capture of nehalem failed, so it is incomplete. */
export function sampleRun(options: SampleOptions = {}): ReportInput {
  const fleet = options.fleet ?? DEFAULT_FLEET;
  const suite = options.suite ?? SUITE;
  const rule = options.rule ?? RULE;
  const verdicts = fleet.flatMap((target) => verdictsOf(target, suite, rule));
  const run = '2026-11-22T13-05-12Z-1f3c';
  const captured = fleet.filter((target) => (target.capture ?? 'captured') === 'captured');
  return {
    plan: planOf(fleet, suite, run),
    captures: fleet.map((target) => captureOf(target, suite)),
    comparisons: {
      schemaVersion: 1,
      kind: 'comparisons',
      run,
      comparisons: captured.flatMap((target) => comparisonsOf(target, suite)),
    },
    equivalence: { schemaVersion: 1, kind: 'equivalence', suites: [equivalenceOf(captured, suite)] },
    determinism: {
      schemaVersion: 1,
      kind: 'determinism',
      targets: captured.map((target) => ({
        suite,
        target: nameOf(target),
        repeats: 3,
        tensors: [
          target.delegate === 'webgpu' && target.device === 'chromium'
            ? { tensor: 'logits', distinct_outputs: 2, cases: ['digits-002'], noise_max_abs: 0.1875 }
            : { tensor: 'logits', distinct_outputs: 1, cases: [], noise_max_abs: 0 },
        ],
      })),
    },
    verdicts: {
      schemaVersion: 1,
      kind: 'verdicts',
      run,
      judgedAt: '2026-11-22T13:05:58Z',
      summary: summaryOf(verdicts),
      exitCode: options.exitCode ?? 3,
      verdicts,
    },
  };
}

/** A run that may ship: the default fleet without the failed and the skipped device. */
export function shippableRun(): ReportInput {
  return sampleRun({ fleet: DEFAULT_FLEET.filter((target) => target.capture === undefined), exitCode: 0 });
}

function planOf(fleet: readonly SampleTarget[], suite: string, run: string): Plan {
  const devices = [...new Set(fleet.map((target) => target.device))].map((name): Device => {
    const own = fleet.filter((target) => target.device === name);
    return {
      name,
      driver: name === 'chromium' ? 'chromium' : 'soc',
      soc: own[0]!.soc,
      tags: [],
      optional: false,
      delegates: own.map(delegateOf),
      capabilities: {},
      place: { file: 'devices.yml', line: 3 },
    };
  });
  return {
    schemaVersion: 1,
    kind: 'plan',
    run,
    createdAt: '2026-11-22T13:05:12Z',
    planHash: SHA('a'),
    harness: { version: '0.1.0' },
    repeats: 3,
    suites: [
      {
        name: suite,
        folder: 'fixtures/digits',
        model: {
          path: 'digits.u8s8.onnx',
          sha256: SHA('b'),
          bytes: 31_744,
          facts: {
            inputs: [{ name: 'input', dtype: 'float32', shape: [-1, 1, 28, 28] }],
            outputs: [{ name: 'logits', dtype: 'float32', shape: [-1, 10] }],
            u8s8FullRange: true,
            integerOperators: false,
          },
        },
        cases: CASES.map((name) => ({ name, inputs: [] })),
        reference: {
          kind: 'golden',
          origin: 'onnxruntime-node 1.30.0 cpu, optimization disabled, 2026-11-20',
          cases: [],
        },
        task: {
          kind: 'classification',
          output: 'logits',
          topK: [1, 3],
          batchAxis: 0,
          labels: ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9'],
          preview: { input: 'input', as: 'grayscale' },
        },
      },
    ],
    devices,
    fleet: { devices: devices.map((device) => device.name), delegates: [], socs: [], tags: [] },
    captures: fleet.map((target) => ({ suite, target: nameOf(target), role: 'candidate', optional: false })),
  };
}

function equivalenceOf(captured: readonly SampleTarget[], suite: string) {
  const ids = [...new Set(captured.map((target) => target.classId ?? 'A'))];
  const classes = ids.map((id) => ({
    id,
    digest: SHA('e'),
    reference: id === 'A',
    targets: captured.filter((target) => (target.classId ?? 'A') === id).map(nameOf),
  }));
  return { suite, tensors: [{ tensor: 'logits', classes }], overall: classes };
}
