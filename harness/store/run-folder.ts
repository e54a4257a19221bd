import { closeSync, existsSync, openSync, readdirSync, readSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { TargetName } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';

/** A run's folder; the only place that knows what its files are called. */
export interface RunFolder {
  readonly root: string;
}

export const runPaths = {
  plan: (run: RunFolder) => path.join(run.root, 'plan.json'),
  captures: (run: RunFolder) => path.join(run.root, 'captures'),
  capture: (run: RunFolder, target: TargetName, suite: string) =>
    inside(run, 'captures', target.replaceAll('/', '.'), `${suite}.json`),
  stability: (run: RunFolder, target: TargetName, suite: string) =>
    inside(run, 'stability', target.replaceAll('/', '.'), `${suite}.json`),
  blobs: (run: RunFolder) => path.join(run.root, 'blobs'),
  comparisons: (run: RunFolder) => path.join(run.root, 'comparisons.json'),
  equivalence: (run: RunFolder) => path.join(run.root, 'equivalence.json'),
  classPairs: (run: RunFolder) => path.join(run.root, 'class-pairs.json'),
  determinism: (run: RunFolder) => path.join(run.root, 'determinism.json'),
  placement: (run: RunFolder) => path.join(run.root, 'placement.json'),
  diagnosis: (run: RunFolder) => path.join(run.root, 'diagnosis.json'),
  verdicts: (run: RunFolder) => path.join(run.root, 'verdicts.json'),
  attribution: (run: RunFolder) => path.join(run.root, 'attribution.json'),
  trends: (run: RunFolder) => path.join(run.root, 'trends.json'),
  history: (run: RunFolder) => path.join(run.root, 'history.json'),
  check: (run: RunFolder) => path.join(run.root, 'check.json'),
  reportHtml: (run: RunFolder) => path.join(run.root, 'report.html'),
  junit: (run: RunFolder) => path.join(run.root, 'junit.xml'),
  csv: (run: RunFolder) => path.join(run.root, 'divergence.csv'),
  summary: (run: RunFolder) => path.join(run.root, 'summary.md'),
  sarif: (run: RunFolder) => path.join(run.root, 'findings.sarif'),
  log: (run: RunFolder) => path.join(run.root, 'log.ndjson'),
  appiumLog: (run: RunFolder) => path.join(run.root, 'appium.log'),
} as const;

/** Names come from files that anybody may have written: a path that leaves the run folder is reached by nobody. */
function inside(run: RunFolder, ...names: string[]): string {
  const file = path.join(run.root, ...names);
  if (file.startsWith(path.join(run.root, path.sep))) return file;
  throw new UserError('E_NAME', `A name in the run's files leads out of the run folder: ${names.join('/')}`, {
    place: { file: run.root },
  });
}

/** `2026-11-22T13-05-12Z-1f3c`: sorts by time, and four digits of the plan's hash tell two runs of one second apart. */
export function runId(now: Date, planHash: string): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z-${planHash.slice(0, 4)}`;
}

/** Makes the run folder that the user named, or takes it when it is empty. A folder with anything in it is never written over. */
export async function createRunFolder(root: string): Promise<RunFolder> {
  try {
    return await createNamed(root);
  } catch (error) {
    throw fileError(error, 'written', root);
  }
}

/**
 * Makes a folder of its own for a run: `<reports>/<id>`, or `<id>-2` and so on when another run of the same second has it.
 * The folder's name is the run's id.
 */
export async function createFreshRunFolder(reports: string, id: string): Promise<RunFolder> {
  try {
    await mkdir(reports, { recursive: true });
    for (let attempt = 1; ; attempt += 1) {
      const root = path.join(reports, attempt === 1 ? id : `${id}-${attempt}`);
      if (await makeFolder(root)) return { root };
    }
  } catch (error) {
    throw fileError(error, 'written', path.join(reports, id));
  }
}

/** False when something of that name is there: of two that make it at once, one alone has it. */
async function makeFolder(root: string): Promise<boolean> {
  try {
    await mkdir(root);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function createNamed(root: string): Promise<RunFolder> {
  await mkdir(path.dirname(root), { recursive: true });
  if (await makeFolder(root)) return { root };
  if (existsSync(path.join(root, 'plan.json'))) {
    throw new UserError('E_RUN_EXISTS', `The folder holds a run already.`, {
      place: { file: root },
      remedies: [`go on with it:  fleetdiff run --resume ${root}`, 'or name another folder with --out'],
    });
  }
  if ((await readdir(root)).length > 0) {
    throw new UserError('E_RUN_FOLDER_NOT_EMPTY', 'The folder is not empty, and a run writes over nothing.', {
      place: { file: root },
      remedies: ['name another folder with --out'],
    });
  }
  return { root };
}

/**
 * The folder of a run that exists; `latest` and run ids are looked up under `reports/`, where a folder may have another name than the
 * run in it.
 */
export function openRunFolder(name: string, workFolder: string): RunFolder {
  const reports = path.resolve(workFolder, 'reports');
  const candidates = [...new Set([path.resolve(workFolder, name), path.resolve(reports, name)])];
  const root =
    candidates.find((candidate) => existsSync(path.join(candidate, 'plan.json'))) ??
    folderOfId(name, reports);
  if (root !== undefined) return { root };
  throw new UserError('E_RUN_NOT_FOUND', `No run is there: no plan.json in ${candidates.join(' or ')}.`, {
    place: { file: name },
    remedies: ['name a run folder, a run id under reports/, or latest', 'make one:  fleetdiff run'],
  });
}

/** The id stands at the beginning of a plan; whether the rest of it is sound is told by who reads it. */
const HEAD_BYTES = 1024;

function folderOfId(id: string, reports: string): string | undefined {
  if (!existsSync(reports)) return undefined;
  return readdirSync(reports, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => path.join(reports, entry.name))
    .find((folder) => planHead(folder).includes(`"run": ${JSON.stringify(id)}`));
}

function planHead(folder: string): string {
  try {
    const file = openSync(path.join(folder, 'plan.json'), 'r');
    try {
      const bytes = Buffer.alloc(HEAD_BYTES);
      return bytes.toString('utf8', 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    // What cannot be read has no id to be found by.
    return '';
  }
}

/** Points `latest`, beside the run, at it. A file or folder of that name that is no link is left alone. */
export async function linkLatest(run: RunFolder): Promise<void> {
  const link = path.join(path.dirname(run.root), 'latest');
  const fresh = `${link}.${process.pid}`;
  await rm(fresh, { force: true });
  await symlink(path.basename(run.root), fresh);
  await rename(fresh, link).catch(async (error: NodeJS.ErrnoException) => {
    await rm(fresh, { force: true });
    if (error.code !== 'EISDIR' && error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
  });
}
