import { existsSync } from 'node:fs';
import { mkdir, readdir, rename, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import type { TargetName } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';

/** A run's folder; the only place that knows what its files are called. */
export interface RunFolder {
  readonly root: string;
}

export const runPaths = {
  plan: (run: RunFolder) => path.join(run.root, 'plan.json'),
  captures: (run: RunFolder) => path.join(run.root, 'captures'),
  capture: (run: RunFolder, target: TargetName, suite: string) =>
    path.join(run.root, 'captures', target.replace('/', '.'), `${suite}.json`),
  blobs: (run: RunFolder) => path.join(run.root, 'blobs'),
  comparisons: (run: RunFolder) => path.join(run.root, 'comparisons.json'),
  equivalence: (run: RunFolder) => path.join(run.root, 'equivalence.json'),
  determinism: (run: RunFolder) => path.join(run.root, 'determinism.json'),
  verdicts: (run: RunFolder) => path.join(run.root, 'verdicts.json'),
  reportHtml: (run: RunFolder) => path.join(run.root, 'report.html'),
  junit: (run: RunFolder) => path.join(run.root, 'junit.xml'),
  csv: (run: RunFolder) => path.join(run.root, 'divergence.csv'),
  summary: (run: RunFolder) => path.join(run.root, 'summary.md'),
  log: (run: RunFolder) => path.join(run.root, 'log.ndjson'),
  appiumLog: (run: RunFolder) => path.join(run.root, 'appium.log'),
} as const;

/** `2026-11-22T13-05-12Z-1f3c`: sorts by time, and four digits of the plan's hash tell two runs of one second apart. */
export function runId(now: Date, planHash: string): string {
  return `${now.toISOString().slice(0, 19).replaceAll(':', '-')}Z-${planHash.slice(0, 4)}`;
}

/** Makes an empty run folder. A folder with anything in it is never written over. */
export async function createRunFolder(root: string): Promise<RunFolder> {
  if (existsSync(path.join(root, 'plan.json'))) {
    throw new UserError('E_RUN_EXISTS', `The folder holds a run already.`, {
      place: { file: root },
      remedies: [`go on with it:  fleetdiff run --resume ${root}`, 'or name another folder with --out'],
    });
  }
  if (existsSync(root) && (await readdir(root)).length > 0) {
    throw new UserError('E_RUN_FOLDER_NOT_EMPTY', 'The folder is not empty, and a run writes over nothing.', {
      place: { file: root },
      remedies: ['name another folder with --out'],
    });
  }
  await mkdir(root, { recursive: true });
  return { root };
}

/** The folder of a run that exists; `latest` and run ids are looked up under `reports/`. */
export function openRunFolder(name: string, workFolder: string): RunFolder {
  const candidates = [path.resolve(workFolder, name), path.resolve(workFolder, 'reports', name)];
  const root = candidates.find((candidate) => existsSync(path.join(candidate, 'plan.json')));
  if (root) return { root };
  throw new UserError('E_RUN_NOT_FOUND', `No run is there: no plan.json in ${candidates.join(' or ')}.`, {
    place: { file: name },
    remedies: ['name a run folder, a run id under reports/, or latest', 'make one:  fleetdiff run'],
  });
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
