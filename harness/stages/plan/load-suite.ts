import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { didYouMean } from '../../config/nearest-name.ts';
import { readText } from '../../config/read-yaml.ts';
import { readSuiteFile, type SuiteFile } from '../../config/suite-file.ts';
import type { Case, ModelFacts } from '../../domain/suite.ts';
import type { Tensor, TensorHeader } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { readCases } from '../../formats/read-cases.ts';
import { readModelFacts } from '../../onnx/model-facts.ts';
import { sha256Of } from '../../store/blob-store.ts';
import { fileError } from '../../store/file-error.ts';
import { checkPreview } from './check-preview.ts';
import { checkTask } from './check-task.ts';

/** A suite with everything that its folder names read into memory and checked against the model. */
export interface LoadedSuite {
  readonly file: SuiteFile;
  readonly model: Uint8Array;
  readonly facts: ModelFacts;
  readonly cases: readonly Case[];
  readonly budgetsText?: string;
  /** Tokens that the preview names, one a line. */
  readonly vocabulary?: Uint8Array;
}

/**
 * Reads a suite. `folder` is a path from `workFolder`; files are named in errors as the user would type them.
 * @param modelPath a model to take in place of the suite's own
 */
export async function loadSuite(folder: string, modelPath?: string): Promise<LoadedSuite> {
  const own = await readSuiteFile(folder);
  const file =
    modelPath === undefined
      ? own
      : { ...own, model: { path: modelPath, given: modelPath, place: { file: modelPath } } };
  const model = await readModel(file);
  const facts = readModelFacts(model, file.model.path);
  const sources = file.cases.map((source) => source.path);
  const cases = await readCases(sources, facts.inputs, facts.outputs);
  for (const each of cases) checkCase(each, facts.inputs, file);
  checkNames(cases, file);
  if (file.preview) checkPreview(file.preview, facts.inputs);
  checkTask(file, facts, cases);
  checkExpected(file, cases);
  const vocabulary = file.preview?.vocabulary;
  return {
    file,
    model,
    facts,
    cases,
    ...(file.budgets ? { budgetsText: await readText(file.budgets) } : {}),
    ...(vocabulary === undefined ? {} : { vocabulary: Buffer.from(await readText(vocabulary)) }),
  };
}

async function readModel(file: SuiteFile): Promise<Uint8Array> {
  const bytes = await readFile(file.model.path).catch((error: unknown) => {
    throw fileError(error, 'read', file.model.path);
  });
  const sha256 = sha256Of(bytes);
  if (!file.model.sha256 || file.model.sha256 === sha256) return bytes;
  throw new UserError(
    'E_MODEL_CHANGED',
    `The model's sha256 is pinned to ${file.model.sha256}; the file has ${sha256}.`,
    {
      place: file.model.place,
      remedies: [
        'restore the model, or pin the new one when the change is meant',
        `then look at what moved:  fleetdiff golden ${file.folder} --check`,
      ],
    },
  );
}

/** Names, dtypes and fixed dimensions of a case against what the model declares; nothing is matched by position. */
function checkCase(each: Case, declared: readonly TensorHeader[], file: SuiteFile): void {
  const refusal = (message: string) =>
    new UserError('E_CASE_DOES_NOT_FIT', `Case "${each.name}": ${message}`, {
      place: file.place,
      remedies: [`the model takes: ${declared.map(describe).join('; ')}`],
    });
  for (const input of declared) {
    const given = each.inputs.find(({ name }) => name === input.name);
    if (!given)
      throw refusal(
        `has no input "${input.name}"; it has ${each.inputs.map(({ name }) => name).join(', ')}.`,
      );
    if (!fits(given, input)) throw refusal(`expected ${describe(input)}, found ${describe(given)}.`);
  }
  const extra = each.inputs.find(({ name }) => !declared.some((input) => input.name === name));
  if (extra) throw refusal(`has an input "${extra.name}" that the model does not take.`);
}

function fits(given: Tensor, declared: TensorHeader): boolean {
  return (
    given.dtype === declared.dtype &&
    given.shape.length === declared.shape.length &&
    declared.shape.every((length, axis) => length === -1 || length === given.shape[axis])
  );
}

function describe({ name, dtype, shape }: TensorHeader): string {
  return `${name} ${dtype}[${shape.map((length) => (length === -1 ? '?' : length)).join(', ')}]`;
}

function checkNames(cases: readonly Case[], file: SuiteFile): void {
  const seen = new Set<string>();
  for (const { name } of cases) {
    if (seen.has(name)) {
      throw new UserError('E_CASE_TWICE', `Two cases are called "${name}".`, {
        place: file.place,
        remedies: ['a case is named after its file or folder; rename one of them'],
      });
    }
    seen.add(name);
  }
}

/** Ground truth for a sample that does not exist would count for nothing, in silence. */
function checkExpected(file: SuiteFile, cases: readonly Case[]): void {
  const { task } = file;
  if (!task?.expected) return;
  const samples = new Set(cases.flatMap((each) => samplesOf(each, task.batchAxis)));
  const stray = Object.keys(task.expected).find((sample) => !samples.has(sample));
  if (stray === undefined) return;
  throw new UserError(
    'E_EXPECTED_UNKNOWN_SAMPLE',
    `The ground truth names sample "${stray}", which no case holds.`,
    {
      place: file.place,
      remedies: [
        ...didYouMean(stray, [...samples]),
        task.batchAxis === undefined ? 'a sample is named after its case' : 'a sample is named case#row',
      ],
    },
  );
}

function samplesOf({ name, inputs }: Case, batchAxis: number | undefined): readonly string[] {
  if (batchAxis === undefined) return [name];
  const rows = Math.max(0, ...inputs.map(({ shape }) => shape[batchAxis] ?? 0));
  return Array.from({ length: rows }, (_, row) => `${name}#${row}`);
}

/** The suite's folder as plan and report name it. */
export function displayFolder(folder: string): string {
  return path.normalize(folder);
}
