import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import type { z } from 'zod';
import type { Baseline, BaselineAnswer, BaselineBook } from '../domain/baseline.ts';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { SCHEMAS } from './schemas.ts';

/** 32 hex digits over the content: two targets that answered alike share a file, and an edited one is told. */
export function answerId(answer: BaselineAnswer): string {
  return createHash('sha256').update(JSON.stringify(answer)).digest('hex').slice(0, 32);
}

/** `<suite>/<device>.<delegate>@<class>.json` */
export function baselineName({
  suite,
  target,
  environment,
}: Pick<Baseline, 'suite' | 'target' | 'environment'>): string {
  return path.join(suite, `${target.replaceAll('/', '.')}@${environment.id}.json`);
}

/**
 * Every baseline of some suites, with the answers that they name. No folder at all is an empty book.
 * @param folder as the user named it, relative to `workFolder`
 * @param whenDamaged what to do about a baseline that cannot be trusted, or one of whose answers cannot; unless told, the error is
 *   thrown. It is left out otherwise, as if nobody had approved it.
 * @throws UserError E_BASELINE_DAMAGED for a file that holds something else, an answer that is missing or does not have its id, or a
 *   baseline of another name than its content's
 */
export async function readBaselines(
  folder: string,
  workFolder: string,
  suites: readonly string[],
  whenDamaged: (error: UserError) => void = rethrow,
): Promise<BaselineBook> {
  const root = path.resolve(workFolder, folder);
  const baselines: BaselineBook['baselines'][number][] = [];
  const answers = new Map<string, BaselineAnswer>();
  for (const suite of suites) {
    for (const file of await jsonFilesIn(path.join(root, suite))) {
      try {
        const baseline = await readBaseline(root, file);
        for (const { answer } of baseline.answers)
          if (!answers.has(answer)) answers.set(answer, await readAnswer(root, suite, answer));
        baselines.push({ ...baseline, file: path.join(folder, baselineName(baseline)) });
      } catch (error) {
        if (!isDamage(error)) throw error;
        whenDamaged(error);
      }
    }
  }
  return { folder, baselines, answers };
}

function rethrow(error: UserError): never {
  throw error;
}

async function readBaseline(root: string, file: string): Promise<Baseline> {
  const baseline = await readTrusted(root, file, 'baseline', SCHEMAS.baseline);
  const name = baselineName(baseline);
  if (path.join(root, name) === file) return baseline;
  throw new UserError(
    'E_BASELINE_DAMAGED',
    `The baseline cannot be trusted: it is called after another target than its own, ${baseline.target}.`,
    { place: { file }, remedies: [`name it after its content: ${path.basename(name)}`, 'or remove it'] },
  );
}

async function readAnswer(root: string, suite: string, id: string): Promise<BaselineAnswer> {
  const file = answerFile(root, suite, id);
  if (!existsSync(file)) throw damaged(root, file, 'a baseline names this answer, and it is not there');
  const answer = await readTrusted(root, file, 'baseline-answer', SCHEMAS['baseline-answer']);
  if (answerId(answer) !== id) throw damaged(root, file, 'its content is not the one that was approved');
  return answer;
}

/** What a newer fleetdiff wrote is no damage; what a merge or an editor left is. */
async function readTrusted<T>(root: string, file: string, kind: string, schema: z.ZodType<T>): Promise<T> {
  try {
    return await readJsonFile(file, kind, schema);
  } catch (error) {
    if (error instanceof UserError && ['E_RUN_FILE_DAMAGED', 'E_RUN_FILE_KIND'].includes(error.code))
      throw damaged(root, file, error.message.replace(/\.$/, ''));
    throw error;
  }
}

const isDamage = (error: unknown): error is UserError =>
  error instanceof UserError && error.code === 'E_BASELINE_DAMAGED';

async function isSound(root: string, suite: string, id: string): Promise<boolean> {
  try {
    await readAnswer(root, suite, id);
    return true;
  } catch (error) {
    if (isDamage(error)) return false;
    throw error;
  }
}

/**
 * Writes baselines and the answers they name; takes away the answers of these suites that no baseline names any more, unless a baseline
 * cannot be read.
 */
export async function writeBaselines(
  folder: string,
  workFolder: string,
  baselines: readonly Baseline[],
  answers: ReadonlyMap<string, BaselineAnswer>,
): Promise<void> {
  const root = path.resolve(workFolder, folder);
  // Answers first: a baseline never names what is not there yet.
  for (const [id, answer] of answers) {
    const file = answerFile(root, answer.suite, id);
    if (!(await isSound(root, answer.suite, id))) await writeJsonFile(file, answer);
  }
  for (const baseline of baselines) await writeJsonFile(path.join(root, baselineName(baseline)), baseline);
  for (const suite of new Set(baselines.map((each) => each.suite))) await dropUnnamed(root, suite);
}

async function dropUnnamed(root: string, suite: string): Promise<void> {
  const named = new Set<string>();
  for (const file of await jsonFilesIn(path.join(root, suite))) {
    try {
      const { answers } = await readBaseline(root, file);
      for (const { answer } of answers) named.add(answerFile(root, suite, answer));
    } catch (error) {
      if (!isDamage(error)) throw error;
      return;
    }
  }
  for (const file of await jsonFilesIn(path.join(root, suite, 'answers'))) {
    if (!named.has(file)) await rm(file);
  }
}

const answerFile = (root: string, suite: string, id: string): string =>
  path.join(root, suite, 'answers', `${id}.json`);

async function jsonFilesIn(folder: string): Promise<string[]> {
  if (!existsSync(folder)) return [];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile() && entry.name.endsWith('.json'));
    return names.map(({ name }) => path.join(folder, name)).sort();
  } catch (error) {
    throw fileError(error, 'read', folder);
  }
}

function damaged(root: string, file: string, what: string): UserError {
  return new UserError('E_BASELINE_DAMAGED', `The baseline cannot be trusted: ${what}.`, {
    place: { file },
    remedies: [
      `take it from the commit that approved it; of two branches one may have removed what the other names:  git log --all -- ${file}`,
      `or approve a run again, which mends what it approves:  fleetdiff approve RUN --baselines ${root} --reason …`,
    ],
  });
}
