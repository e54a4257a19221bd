import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import type { ClassificationTask, Reference } from '../domain/suite.ts';
import type { Place } from '../domain/user-error.ts';
import { UserError } from '../domain/user-error.ts';
import { checkName } from './check-fleet-names.ts';
import { checkShape, valueAt } from './check-shape.ts';
import { type CaseSource, expandCases } from './expand-cases.ts';
import { didYouMean } from './nearest-name.ts';
import { type PreviewFile, readPreview } from './preview.ts';
import { readYaml, type YamlFile, type YamlPath } from './read-yaml.ts';
import { readTask } from './task.ts';

/** suite.yml. Paths are the suite's folder joined with what the file says; bytes are read by the plan. */
export interface SuiteFile {
  readonly name: string;
  /** As the user named it. */
  readonly folder: string;
  readonly model: {
    readonly path: string;
    /** As suite.yml names it. */
    readonly given: string;
    /** Lower-case hex over the model's bytes; the plan refuses others. */
    readonly sha256?: string;
    readonly place: Place;
  };
  readonly runtime: 'onnx';
  /** Files and folders, each once, in the order of the patterns and naturally sorted within one. */
  readonly cases: readonly CaseSource[];
  readonly reference: Reference;
  readonly task?: ClassificationTask;
  readonly preview?: PreviewFile;
  /** Path of the budget file. */
  readonly budgets?: string;
  readonly place: Place;
}

const CODE = 'E_SUITE_SHAPE';
const text = z.string().min(1);

const suiteShape = z.strictObject({
  schema: z.literal('fleetdiff/suite@1'),
  name: text,
  model: z
    .unknown()
    .refine((model) => model !== undefined && model !== null, { error: 'the path of an ONNX model' }),
  runtime: z.enum(['onnx']).optional(),
  cases: z.array(text).min(1),
  reference: z.unknown().optional(),
  task: z.unknown().optional(),
  preview: z.unknown().optional(),
  budgets: text.optional(),
});

const sha256 = z.string().regex(/^[0-9a-fA-F]{64}$/, { error: 'a sha256, 64 hexadecimal digits' });
const modelShape = z.strictObject({ path: text, sha256: sha256.optional() });

const referenceKind = z.looseObject({ kind: z.enum(['computed', 'golden', 'target']) });
const computedShape = z.strictObject({ kind: z.literal('computed') });
const goldenShape = z.strictObject({ kind: z.literal('golden'), golden: text });
const targetShape = z.strictObject({
  kind: z.literal('target'),
  target: z.string().regex(/^[^/]+\/[^/]+$/, { error: 'a target, written device/delegate' }),
});

/** Reads the suite of a folder. Throws a UserError with file and line for everything that is wrong or not there. */
export async function readSuiteFile(folder: string): Promise<SuiteFile> {
  const yaml = await readYaml(path.join(folder, 'suite.yml'), [
    'a suite is a folder with a suite.yml; write one:  fleetdiff init',
  ]);
  const shape = checkShape(suiteShape, yaml, CODE);
  checkName('Suite name', shape.name, yaml.placeOf(['name']));
  const cases = await readCases(folder, shape.cases, yaml);
  const task =
    shape.task === undefined
      ? undefined
      : await readTask(yaml, async (key, name) => locate(folder, name, yaml, ['task', key]));
  const preview = readPreview(
    yaml,
    { suite: shape.preview, task: valueAt(yaml.value, ['task', 'preview']) },
    (name, at) => locate(folder, name, yaml, at),
  );
  return {
    name: shape.name,
    folder,
    model: readModel(folder, shape.model, yaml),
    runtime: shape.runtime ?? 'onnx',
    cases,
    reference: readReference(folder, shape.reference, yaml),
    ...(task ? { task } : {}),
    ...(preview ? { preview } : {}),
    ...(shape.budgets === undefined ? {} : { budgets: locate(folder, shape.budgets, yaml, ['budgets']) }),
    place: { file: yaml.file },
  };
}

function readModel(folder: string, model: unknown, yaml: YamlFile): SuiteFile['model'] {
  const short = typeof model === 'string';
  const at: YamlPath = short ? ['model'] : ['model', 'path'];
  const shape = short
    ? { path: checkShape(text, yaml, CODE, { at }), sha256: undefined }
    : checkShape(modelShape, yaml, CODE, { at: ['model'] });
  return {
    path: locate(folder, shape.path, yaml, at),
    given: shape.path,
    ...(shape.sha256 === undefined ? {} : { sha256: shape.sha256.toLowerCase() }),
    place: yaml.placeOf(at),
  };
}

async function readCases(folder: string, patterns: readonly string[], yaml: YamlFile): Promise<CaseSource[]> {
  const sources = new Map<string, CaseSource>();
  for (const [index, pattern] of patterns.entries()) {
    for (const source of await expandCases(folder, pattern, yaml.placeOf(['cases', index]))) {
      if (!sources.has(source.path)) sources.set(source.path, source);
    }
  }
  return [...sources.values()];
}

/** A golden's folder need not be there yet: `fleetdiff golden --approve` makes it. */
function readReference(folder: string, reference: unknown, yaml: YamlFile): Reference {
  if (reference === undefined) return { kind: 'computed' };
  const at = { at: ['reference'] };
  const { kind } = checkShape(referenceKind, yaml, CODE, at);
  if (kind === 'golden') {
    return { kind, folder: beside(folder, checkShape(goldenShape, yaml, CODE, at).golden) };
  }
  if (kind === 'target') return checkShape(targetShape, yaml, CODE, at);
  return checkShape(computedShape, yaml, CODE, at);
}

/** The path of a file that suite.yml names. Throws E_SUITE_FILE_MISSING at the line that names it. */
function locate(folder: string, name: string, yaml: YamlFile, at: YamlPath): string {
  const file = beside(folder, name);
  if (existsSync(file)) return file;
  const parent = path.dirname(file);
  const nearby = existsSync(parent) ? readdirSync(parent) : [];
  const named = String(valueAt(yaml.value, at));
  throw new UserError('E_SUITE_FILE_MISSING', `${at.join('.')} names "${named}", but there is no ${file}.`, {
    place: yaml.placeOf(at),
    remedies: [...didYouMean(path.basename(file), nearby), 'paths are relative to the folder of suite.yml'],
  });
}

function beside(folder: string, name: string): string {
  return path.isAbsolute(name) ? name : path.join(folder, name);
}
