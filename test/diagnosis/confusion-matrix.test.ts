import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PlannedSuite, StoredCase } from '../../harness/domain/suite.ts';
import { readModelFacts } from '../../harness/onnx/model-facts.ts';
import { localizeTarget } from '../../harness/stages/localize/localize-target.ts';
import { loadSuite } from '../../harness/stages/plan/load-suite.ts';
import { type BlobStore, openBlobStore, storeTensor } from '../../harness/store/blob-store.ts';
import { inProcessRunner } from '../in-process-runner.ts';
import { type MadeModel, madeModel, subnormalModel } from '../planted/made-models.ts';
import { DEFECTS, type Defect, plant } from '../planted/plant.ts';

/**
 * Planted defects through the whole of localize, on the real runtime of this machine: what was planted against what is said.
 * FLEETDIFF_CONFUSION=<file> writes the table that docs/confusion-matrix.md shows.
 */
const SAID: Readonly<Record<Defect, string>> = {
  'zero-point': 'wrong-zero-point',
  scale: 'wrong-scale',
  'swapped-channels': 'swapped-channels',
  'wrong-layout': 'wrong-layout',
  'half-away': 'requantization-rounding',
  'flush-to-zero': 'flush-to-zero',
  'stuck-output': 'stuck-output',
  nan: 'nan-output',
};

interface Subject {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly nodes: readonly string[];
  readonly cases: readonly StoredCase[];
}

interface Row {
  readonly planted: string;
  readonly model: string;
  readonly node: string;
  readonly said: string;
  readonly firstNode: string | undefined;
}

const DIGITS = path.resolve(import.meta.dirname, '../../fixtures/digits');
const SEEDS = [1, 2, 3];
let folder: string;
let blobs: BlobStore;
const subjects: Subject[] = [];
const rows: Row[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-confusion-'));
  blobs = openBlobStore(folder);
  for (const seed of SEEDS) {
    for (const kind of ['qdq', 'float'] as const) {
      subjects.push(
        await madeSubject(`made ${kind} ${seed}`, madeModel(kind, seed), ['conv1', 'conv2', 'dense']),
      );
    }
    subjects.push(await madeSubject(`made subnormal ${seed}`, subnormalModel(seed), ['shrink']));
  }
  for (const model of ['digits.u8s8.onnx', 'digits.f32.onnx']) subjects.push(await digitsSubject(model));
  for (const subject of subjects) {
    for (const defect of DEFECTS) for (const node of subject.nodes) await tryDefect(subject, defect, node);
  }
});

afterAll(() => rm(folder, { recursive: true, force: true }));

async function madeSubject(name: string, made: MadeModel, nodes: readonly string[]): Promise<Subject> {
  const cases = await Promise.all(
    [0, 1].map(async (index) => {
      const data = new Uint8Array(made.inputOf(index).buffer);
      const input = { name: made.input.name, dtype: 'float32' as const, shape: made.input.shape, data };
      return { name: `case-${index}`, inputs: [await storeTensor(blobs, input)] };
    }),
  );
  return { name, bytes: made.bytes, nodes, cases };
}

async function digitsSubject(model: string): Promise<Subject> {
  const bytes = await readFile(path.join(DIGITS, 'models', model));
  const suite = await loadSuite(DIGITS);
  const cases = await Promise.all(
    suite.cases.slice(0, 2).map(async ({ name, inputs }) => ({
      name,
      inputs: await Promise.all(
        inputs.map((input) => {
          const data = input.data.subarray(0, (input.data.length / input.shape[0]!) * 8);
          return storeTensor(blobs, { ...input, shape: [8, ...input.shape.slice(1)], data });
        }),
      ),
    })),
  );
  return { name: model, bytes, nodes: ['dw_node', 'rs_node'], cases };
}

async function diagnosisOf(
  { name, bytes, cases }: Subject,
  optimization: 'disabled' | 'all',
  spoil: (model: Uint8Array) => Uint8Array,
) {
  const suite: PlannedSuite = {
    name,
    folder: 'made',
    model: { ...(await blobs.put(bytes)), path: name, facts: readModelFacts(bytes, name) },
    cases,
    reference: { kind: 'computed', target: 'reference/cpu-noopt' },
  };
  const diagnosis = await localizeTarget({
    suite,
    cases,
    reference: inProcessRunner(blobs, {
      target: 'reference/cpu-noopt',
      delegate: { optimization: 'disabled' },
    }),
    candidate: inProcessRunner(blobs, { target: 'here/cpu', delegate: { optimization }, spoil }),
    captured: { reference: [], candidate: [] },
    blobs,
    budgetBytes: 2 ** 28,
    onStep: () => {},
  });
  if ('failed' in diagnosis) throw new Error(`${name}: ${diagnosis.failed}`);
  return diagnosis;
}

async function tryDefect(subject: Subject, defect: Defect, node: string): Promise<void> {
  // A layout is of four axes.
  if (defect === 'wrong-layout' && !isConvolution(node)) return;
  // Bytes that stay as they are: the node cannot have the defect.
  if (plant(defect, node, subject.bytes) === subject.bytes) return;
  const { firstDivergence, findings } = await diagnosisOf(subject, 'disabled', (model) =>
    plant(defect, node, model),
  );
  // A defect that changes no value of these inputs shows itself to nobody.
  if (firstDivergence === null) return;
  const said = findings[0]?.cause ?? 'none';
  rows.push({ planted: defect, model: subject.name, node, said, firstNode: firstDivergence.node });
}

const isConvolution = (node: string) => node.startsWith('conv') || node.endsWith('_node');

describe('planted defects', () => {
  test('every kind is there, over several models and seeds', () => {
    for (const defect of DEFECTS) {
      const models = new Set(rows.filter(({ planted }) => planted === defect).map(({ model }) => model));
      expect(models.size, defect).toBeGreaterThanOrEqual(3);
    }
    expect(rows.length).toBeGreaterThan(80);
  });

  test('the first divergence is the node in all of them', () => {
    expect(rows.filter(({ node, firstNode }) => node !== firstNode)).toEqual([]);
  });

  test('the cause is right in at least 95 %, and where it is not it is no other cause but "unknown"', async () => {
    const wrong = rows.filter(({ planted, said }) => said !== SAID[planted as Defect]);
    await writeTable();
    expect(wrong.filter(({ said }) => said !== 'unknown')).toEqual([]);
    expect(wrong.length / rows.length).toBeLessThanOrEqual(0.05);
  });
});

test('clean runs: nothing differs and nobody is accused', async () => {
  for (const subject of subjects) {
    const diagnosis = await diagnosisOf(subject, 'disabled', (model) => model);
    expect({ first: diagnosis.firstDivergence, findings: diagnosis.findings }, subject.name).toEqual({
      first: null,
      findings: [],
    });
  }
});

test('an optimized graph is accused of nothing worse than optimizing', async () => {
  const HARMLESS = ['graph-optimization', 'reduction-order', 'integer-add-order', 'requantization-rounding'];
  // On a CPU without VNNI the full-range digits do saturate.
  for (const subject of subjects.filter(({ name }) => !name.startsWith('digits.u8s8'))) {
    const { findings } = await diagnosisOf(subject, 'all', (model) => model);
    expect(
      findings.filter(({ cause }) => !HARMLESS.includes(cause)),
      subject.name,
    ).toEqual([]);
  }
});

async function writeTable(): Promise<void> {
  const file = process.env.FLEETDIFF_CONFUSION;
  if (!file) return;
  const causes = [...new Set(rows.map(({ said }) => said))].sort();
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`;
  const lines = [
    line(['planted', 'runs', 'first divergence right', ...causes]),
    line(['---', '---', '---', ...causes.map(() => '---')]),
    ...DEFECTS.map((defect) => {
      const own = rows.filter(({ planted }) => planted === defect);
      const count = (cause: string) => own.filter(({ said }) => said === cause).length || '';
      const right = own.filter(({ node, firstNode }) => node === firstNode).length;
      return line([defect, own.length, right, ...causes.map(count)]);
    }),
  ];
  await writeFile(file, `${lines.join('\n')}\n`);
}
