import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { parseBudgets } from '../../config/budgets-file.ts';
import { readSuiteFile } from '../../config/suite-file.ts';
import type { Waiver } from '../../domain/budgets.ts';
import type { ModelFacts } from '../../domain/suite.ts';
import type { TensorHeader } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { readGolden } from '../../formats/golden.ts';
import { hashTensor } from '../../formats/golden-file.ts';
import { readModelFacts } from '../../onnx/model-facts.ts';
import { sha256Of } from '../../store/blob-store.ts';
import { fileError } from '../../store/file-error.ts';
import { displayFolder, type LoadedSuite, loadSuite } from '../plan/load-suite.ts';
import { writeSuiteOfRevision } from './revision-files.ts';

export interface LoadedSide {
  readonly given: string;
  readonly revision?: string;
  /** Ready to be planned: head's cases, task and budgets; its own model and reference. */
  readonly suite: LoadedSuite;
  /** Why the reference is not the one that suite.yml names. */
  readonly whyReference?: string;
}

export interface LoadedSides {
  readonly base: LoadedSide;
  readonly head: LoadedSide;
  readonly budgetsChanged: boolean;
  /** Waivers of head's budgets, by line, that base's do not have. */
  readonly newWaiverLines: ReadonlySet<number>;
}

interface Source {
  readonly given: string;
  readonly revision?: string;
  /** The suite's folder on disk. */
  readonly folder: string;
  /** What names on disk are relative to. */
  readonly root: string;
  /** A model named by its own; absent: the suite's. */
  readonly modelPath?: string;
}

export interface SidesOptions {
  readonly base: string;
  readonly head: string;
  /** Suite folder, as a path from the working folder. */
  readonly suite: string;
  readonly workFolder: string;
  /** An empty folder, for what a revision holds. */
  readonly scratch: string;
}

/**
 * Both models with the suite they are asked by: cases, task and budgets are head's for both, so that one thing differs alone.
 * @throws UserError E_CHECK_SIGNATURE where the models take or give other tensors
 */
export async function loadSides(options: SidesOptions): Promise<LoadedSides> {
  const baseSource = await sourceOf(options.base, 'base', options);
  const headSource = await sourceOf(options.head, 'head', options);
  checkSignatures(await factsOf(baseSource), await factsOf(headSource));
  const head = await loadedFrom(headSource);
  const base = await loadedFrom(baseSource);
  const asHead: LoadedSuite = {
    ...head,
    file: { ...head.file, model: base.file.model, reference: base.file.reference },
    model: base.model,
    facts: base.facts,
  };
  return {
    head: await sideOf(headSource, head, headSource),
    base: await sideOf(baseSource, asHead, headSource),
    budgetsChanged: base.budgetsText !== head.budgetsText,
    newWaiverLines: newWaivers(base, head),
  };
}

async function sourceOf(given: string, role: 'base' | 'head', options: SidesOptions): Promise<Source> {
  const { suite, workFolder, scratch } = options;
  const isFile = await stat(path.resolve(workFolder, given)).then(
    (stats) => stats.isFile(),
    () => false,
  );
  if (isFile) return { given, folder: suite, root: workFolder, modelPath: path.normalize(given) };
  if (given.endsWith('.onnx')) {
    throw new UserError('E_CHECK_SIDE', 'There is no such model file.', { place: { file: given } });
  }
  const found = await writeSuiteOfRevision(given, suite, workFolder, path.join(scratch, role));
  return { given, ...found };
}

function factsOf(source: Source): Promise<ModelFacts> {
  return namedAsGiven(source, async () => {
    const file = source.modelPath ?? (await readSuiteFile(source.folder)).model.path;
    const bytes = await readFile(file).catch((error: unknown) => {
      throw fileError(error, 'read', file);
    });
    return readModelFacts(bytes, file);
  });
}

function loadedFrom(source: Source): Promise<LoadedSuite> {
  return namedAsGiven(source, () => loadSuite(source.folder, source.modelPath));
}

/** What is wrong in a revision is said of the revision: where its files lay is gone when it is read. */
async function namedAsGiven<Result>(source: Source, work: () => Promise<Result>): Promise<Result> {
  const { given, revision, root } = source;
  try {
    return await work();
  } catch (error) {
    if (revision === undefined || !(error instanceof UserError)) throw error;
    const named = (text: string) => text.replaceAll(root + path.sep, `${given}:`);
    const { code, message, place, remedies } = error;
    throw new UserError(code, named(message), {
      ...(place === undefined ? {} : { place: { ...place, file: named(place.file) } }),
      remedies: remedies.map(named),
    });
  }
}

/** As the repository names it. */
function shown(file: string, { revision, root }: Source): string {
  return revision !== undefined && file.startsWith(root + path.sep) ? path.relative(root, file) : file;
}

/** Answers to other questions, or of another shape, cannot be held against each other. */
function checkSignatures(base: ModelFacts, head: ModelFacts): void {
  for (const side of ['inputs', 'outputs'] as const) {
    const [before, after] = [base[side], head[side]];
    const same =
      before.length === after.length &&
      before.every((each) => after.some((other) => other.name === each.name && fits(each, other)));
    if (same) continue;
    throw new UserError(
      'E_CHECK_SIGNATURE',
      `The models have other ${side}, so that nothing of them can be compared.\n` +
        `base: ${before.map(described).join('; ')}\nhead: ${after.map(described).join('; ')}`,
      { remedies: ['a model with other tensors is a suite of its own:  fleetdiff run SUITE-FOLDER'] },
    );
  }
}

function fits(left: TensorHeader, right: TensorHeader): boolean {
  // An output whose rank is not declared has [] for a shape.
  if (left.shape.length === 0 || right.shape.length === 0) return left.dtype === right.dtype;
  return (
    left.dtype === right.dtype &&
    left.shape.length === right.shape.length &&
    left.shape.every(
      (length, axis) => [length, right.shape[axis]!].includes(-1) || length === right.shape[axis],
    )
  );
}

function described({ name, dtype, shape }: TensorHeader): string {
  return `${name} ${dtype}[${shape.map((length) => (length === -1 ? '?' : length)).join(', ')}]`;
}

/** @param asked whose folder, cases and budgets the suite has */
async function sideOf(source: Source, suite: LoadedSuite, asked: Source): Promise<LoadedSide> {
  const { given, revision } = source;
  const { reference, whyReference } = await ownReference(suite);
  const { file } = suite;
  const named: LoadedSuite = {
    ...suite,
    file: {
      ...file,
      folder: shown(file.folder, asked),
      model: {
        ...file.model,
        path: shown(file.model.path, source),
        place: { ...file.model.place, file: shown(file.model.place.file, source) },
      },
      place: { ...file.place, file: shown(file.place.file, asked) },
      reference,
      ...(file.budgets === undefined ? {} : { budgets: shown(file.budgets, asked) }),
    },
  };
  return {
    given,
    ...(revision === undefined ? {} : { revision }),
    suite: named,
    ...(whyReference === undefined ? {} : { whyReference }),
  };
}

/** A golden belongs to one model: where it is not this one's, the reference is computed anew. */
async function ownReference({
  file,
  model,
  cases,
}: LoadedSuite): Promise<{ reference: LoadedSuite['file']['reference']; whyReference?: string }> {
  const { reference } = file;
  if (reference.kind !== 'golden') return { reference };
  try {
    await readGolden(reference.folder, {
      suite: file.name,
      folder: displayFolder(file.folder),
      modelSha256: sha256Of(model),
      cases: cases.map(({ name, inputs }) => ({ name, inputs: inputs.map(hashTensor) })),
    });
    return { reference };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const why = {
      E_GOLDEN_STALE: "the suite's golden is not this model's",
      E_GOLDEN_MISSING: 'there is no golden',
    };
    const whyReference = (why as Readonly<Record<string, string>>)[error.code];
    if (whyReference === undefined) throw error;
    return { reference: { kind: 'computed' }, whyReference };
  }
}

function newWaivers(base: LoadedSuite, head: LoadedSuite): ReadonlySet<number> {
  const [before, after] = [waiversOf(base), waiversOf(head)];
  const known = new Set(before.map(contentOf));
  return new Set(after.flatMap((waiver) => (known.has(contentOf(waiver)) ? [] : [waiver.place.line ?? 0])));
}

function waiversOf({ budgetsText, file }: LoadedSuite): readonly Waiver[] {
  return budgetsText === undefined ? [] : parseBudgets(budgetsText, file.budgets ?? '').waivers;
}

function contentOf({ place: _, ...waiver }: Waiver): string {
  return JSON.stringify(waiver);
}
