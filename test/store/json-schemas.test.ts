import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { Diagnosis, TargetDiagnosis } from '../../harness/domain/diagnosis.ts';
import type { Placements } from '../../harness/domain/placement-summary.ts';
import type { Capture, Determinism, Diff } from '../../harness/domain/run-files.ts';
import type { Stability } from '../../harness/domain/stability.ts';
import { jsonSchemaOf } from '../../harness/store/json-schemas.ts';
import { KINDS, type Kind, SCHEMAS } from '../../harness/store/schemas.ts';
import { dropRecording, judged, makeRecording, type Recording } from '../recorded-runs/recording.ts';

/** ajv knows nothing of zod: what the one accepts, the other must accept, and what the one refuses, the other must refuse. */
const validators = new Map<Kind, ValidateFunction>();
const ajvAccepts = (kind: Kind, value: unknown) => validators.get(kind)!(value);
const zodAccepts = (kind: Kind, value: unknown) => SCHEMAS[kind].safeParse(value).success;

let recording: Recording;
beforeAll(async () => {
  for (const kind of KINDS) {
    const ajv = new Ajv2020({ strict: true, allErrors: false, allowUnionTypes: true });
    validators.set(kind, ajv.compile(jsonSchemaOf(kind)));
  }
  recording = await makeRecording();
  await judged(recording);
});
afterAll(() => dropRecording(recording));

const FILES: readonly { readonly kind: Kind; readonly file: string }[] = [
  { kind: 'plan', file: 'plan.json' },
  ...['board.cpu', 'browser.wasm', 'phone.cpu', 'workstation.cpu'].map((folder) => ({
    kind: 'capture' as const,
    file: `captures/${folder}/quarters.json`,
  })),
  ...(['comparisons', 'equivalence', 'determinism', 'class-pairs', 'placement', 'verdicts'] as const).map(
    (kind) => ({
      kind,
      file: `${kind}.json`,
    }),
  ),
  { kind: 'history-run', file: 'history.json' },
];

const read = async (file: string): Promise<unknown> =>
  JSON.parse(await readFile(path.join(recording.run, file), 'utf8'));

describe('a run', () => {
  test('every JSON file of it is one of these', async () => {
    const found = (await readdir(recording.run, { recursive: true })).filter((file) =>
      file.endsWith('.json'),
    );
    expect(found.sort()).toEqual(FILES.map(({ file }) => path.normalize(file)).sort());
  });

  test.for(FILES)('$file is what the JSON Schema says', async ({ kind, file }) => {
    const value = await read(file);
    expect(ajvAccepts(kind, value), JSON.stringify(validators.get(kind)!.errors)).toBe(true);
    expect(zodAccepts(kind, value)).toBe(true);
  });

  test.for(FILES)('$file with a key that nobody knows is still read', async ({ kind, file }) => {
    const value = { ...((await read(file)) as object), unknown: 1 };
    expect([ajvAccepts(kind, value), zodAccepts(kind, value)]).toEqual([true, true]);
  });

  test.for(FILES)('$file is of no other kind', async ({ kind, file }) => {
    const value = await read(file);
    expect(KINDS.filter((other) => ajvAccepts(other, value))).toEqual([kind]);
  });
});

const head = { suite: 's', target: 'd/cpu', planHash: 'a'.repeat(64), capturedAt: '2026-11-22' };
const TARGET_DIAGNOSIS: TargetDiagnosis = {
  target: 'd/cpu',
  suite: 's',
  case: 'c',
  observerEffect: 'perturbed',
  way: 'single-taps',
  firstDivergence: { tensor: 't', node: 'n', opType: 'Conv', index: 3, of: 22, metrics: { max_steps: 45 } },
  trace: [
    {
      tensor: 't',
      node: 'n',
      opType: 'Conv',
      nodes: ['dq', 'n', 'q'],
      dtype: 'uint8',
      shape: [1, 8],
      accumulated: { identical: 0, max_steps: 45, sqnr_db: 'Infinity' },
      intrinsic: null,
      provider: 'CPUExecutionProvider',
    },
  ],
  findings: [
    {
      cause: 'unknown',
      confidence: 0,
      title: 'Cause unknown',
      node: 'n',
      evidence: ['none'],
      remedy: 'look',
      background: 'docs/causes/unknown.md',
    },
  ],
  experiments: [
    { name: 'one-thread', change: 'one thread', node: 'n', identical: false, metrics: {}, reason: 'lost' },
  ],
  notes: [],
};

const FACTORS: Stability['factors'] = [
  {
    factor: 'threads',
    status: 'varied',
    values: [
      { value: '1', status: 'ran', sha256: 'a'.repeat(64) },
      { value: '2', status: 'failed', reason: 'no memory' },
    ],
    distinct_outputs: 2,
    noise_max_abs: 'NaN',
  },
  { factor: 'batch-position', status: 'notVaried', reason: 'the suite names no batch axis' },
];

const FURTHER: readonly {
  readonly name: string;
  readonly kind: Kind;
  readonly value: Capture | Determinism | Diff | Diagnosis | Placements | Stability;
}[] = [
  {
    name: 'a diagnosis',
    kind: 'diagnosis',
    value: {
      schemaVersion: 1,
      kind: 'diagnosis',
      run: 'r',
      ...TARGET_DIAGNOSIS,
      others: [
        { ...TARGET_DIAGNOSIS, suite: 't', firstDivergence: null, trace: [], findings: [], experiments: [] },
      ],
    },
  },
  {
    name: 'a stability',
    kind: 'stability',
    value: {
      schemaVersion: 1,
      kind: 'stability',
      planHash: 'a'.repeat(64),
      suite: 's',
      target: 'd/cpu',
      case: 'c',
      samples: 8,
      factors: FACTORS,
      attributed: 'threads',
    },
  },
  {
    name: 'a determinism of a probed target',
    kind: 'determinism',
    value: {
      schemaVersion: 1,
      kind: 'determinism',
      targets: [{ suite: 's', target: 'd/cpu', repeats: 1, tensors: [], factors: FACTORS, attributed: null }],
    },
  },
  {
    name: 'a placement',
    kind: 'placement',
    value: {
      schemaVersion: 1,
      kind: 'placement',
      suites: [
        {
          suite: 's',
          targets: [
            {
              target: 'd/cpu',
              requested: 'cpu',
              status: 'attested',
              providers: { CPUExecutionProvider: 2 },
              partitions: 1,
              fallbacks: 'NaN',
              operators: { Conv: 2 },
            },
          ],
          fusions: [{ operator: 'FusedConv', nodes: ['c'], fired: ['d/cpu'], notFired: ['e/cpu'] }],
          fusionsUnknown: 'no model',
        },
      ],
    },
  },
  {
    name: 'a failed capture',
    kind: 'capture',
    value: { schemaVersion: 1, kind: 'capture', ...head, status: 'failed', reason: 'lost', attempts: 2 },
  },
  {
    name: 'a skipped capture',
    kind: 'capture',
    value: { schemaVersion: 1, kind: 'capture', ...head, status: 'skipped', reason: 'no', remedy: 'do' },
  },
  {
    name: 'a diff',
    kind: 'diff',
    value: {
      schemaVersion: 1,
      kind: 'diff',
      exitCode: 3,
      tensors: [
        {
          tensor: 'y',
          status: 'FAIL',
          dtype: 'float32',
          shape: [2, 3],
          reason: null,
          metrics: { elements: 6, max_abs: 'Infinity', sqnr_db: null },
          worst: { index: [1, 2], reference: 1, candidate: 'NaN' },
          worstElements: [{ index: [1, 2], reference: 1, candidate: '9007199254740993' }],
          histograms: {
            error: { zero: 5, decades: [[-3, 1]] },
            ulp: { zero: 5, octaves: [[2, 1]] },
            steps: [[-64, 1]],
          },
        },
        {
          tensor: 'z',
          status: 'NOT_COMPARABLE',
          dtype: null,
          shape: null,
          reason: 'missing',
          metrics: {},
          worst: null,
        },
      ],
    },
  },
];

test.for(FURTHER)('$name is what the JSON Schema says', ({ kind, value }) => {
  expect(ajvAccepts(kind, value), JSON.stringify(validators.get(kind)!.errors)).toBe(true);
  expect(zodAccepts(kind, value)).toBe(true);
});

/** What a value is replaced by; `undefined` takes the key away. */
const REPLACEMENTS: readonly unknown[] = [
  undefined,
  null,
  true,
  0,
  2,
  -1,
  1.5,
  1e300,
  '',
  'NaN',
  '../..',
  'FAIL',
  'a'.repeat(64),
  [],
  [1],
  {},
];

/** The document with at most two entries in every list. */
function shortened(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.slice(0, 2).map(shortened);
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, shortened(entry)]));
}

/** Every object and list of a document with one of its keys; the document itself under the key 0. */
function* places(
  node: object,
  at = '',
): Generator<{ node: Record<string, unknown>; key: string; at: string }> {
  for (const [key, value] of Object.entries(node)) {
    yield { node: node as Record<string, unknown>, key, at: `${at}.${key}` };
    if (typeof value === 'object' && value !== null) yield* places(value, `${at}.${key}`);
  }
}

/** The two validators' answers to every replacement in every place of a document. */
function disagreements(kind: Kind, value: unknown): { tried: number; refused: number; apart: string[] } {
  let [tried, refused] = [0, 0];
  const apart: string[] = [];
  const root = [shortened(value)];
  for (const { node, key, at } of places(root)) {
    const own = node[key];
    for (const by of REPLACEMENTS) {
      if (by === undefined && !Array.isArray(node)) delete node[key];
      else node[key] = by ?? null;
      const [zod, ajv] = [zodAccepts(kind, root[0]), ajvAccepts(kind, root[0])];
      tried += 1;
      if (!zod) refused += 1;
      if (zod !== ajv) apart.push(`${at} = ${JSON.stringify(by)}: zod ${zod}, ajv ${ajv}`);
    }
    node[key] = own;
  }
  return { tried, refused, apart };
}

describe('a document that is damaged in one place is refused by both validators or by neither', () => {
  // One capture speaks for all.
  test.for(FILES.filter(({ kind }, index) => FILES.findIndex((other) => other.kind === kind) === index))(
    '$file',
    async ({ kind, file }) => {
      const { tried, refused, apart } = disagreements(kind, await read(file));
      expect(apart.slice(0, 20)).toEqual([]);
      expect(refused).toBeGreaterThan(tried / 2);
    },
  );

  test.for(FURTHER)('$name', ({ kind, value }) => {
    const { refused, tried, apart } = disagreements(kind, value);
    expect(apart.slice(0, 20)).toEqual([]);
    expect(refused).toBeGreaterThan(tried / 2);
  });
});

test('the build writes one schema a kind, named and titled', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-schemas-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const program = path.resolve(import.meta.dirname, '../../dist/store/write-schemas.js');
  await promisify(execFile)(process.execPath, [program, folder]);
  expect((await readdir(folder)).sort()).toEqual(KINDS.map((kind) => `${kind}.schema.json`).sort());
  for (const kind of KINDS) {
    const schema = JSON.parse(await readFile(path.join(folder, `${kind}.schema.json`), 'utf8'));
    expect(schema).toEqual(jsonSchemaOf(kind));
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: `urn:fleetdiff:schema:${kind}:1`,
      title: expect.stringMatching(/./),
      description: expect.stringMatching(/\.$/),
    });
  }
});
