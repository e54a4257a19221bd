import { lstat, readdir, readlink, realpath } from 'node:fs/promises';
import path from 'node:path';

/** What is served: one run, or all runs of a folder. */
export type RunSource =
  | { readonly kind: 'run'; readonly root: string }
  | { readonly kind: 'folder'; readonly root: string };

/** A folder that holds a run, whole or damaged; `id` is the folder's name and the run's in links. */
export interface FoundRun {
  readonly id: string;
  /** Real path, without links. */
  readonly root: string;
  readonly files: readonly string[];
}

/** Any of these makes a folder a run, so that one without its plan is told and not passed over. */
const RUN_FILES: readonly string[] = [
  'plan.json',
  'verdicts.json',
  'captures',
  'comparisons.json',
  'report.html',
];

/** The runs, in no order. Links are left out: `latest` is another name of a run that is there. */
export async function findRuns(source: RunSource): Promise<FoundRun[]> {
  const top = await realpath(source.root);
  if (source.kind === 'run') return found(path.basename(top), top);
  const entries = await readdir(top, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory());
  const runs = await Promise.all(folders.map(({ name }) => found(name, path.join(top, name))));
  return runs.flat();
}

/** One run by its id; undefined where none is. */
export async function findRun(source: RunSource, id: string): Promise<FoundRun | undefined> {
  const top = await realpath(source.root);
  if (source.kind === 'run') return id === path.basename(top) ? (await found(id, top))[0] : undefined;
  const root = path.join(top, id);
  const isFolder = await lstat(root).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
  return isFolder ? (await found(id, root))[0] : undefined;
}

async function found(id: string, root: string): Promise<FoundRun[]> {
  const files = await readdir(root).catch((error: NodeJS.ErrnoException) => {
    // A run that was removed meanwhile is no run; one that may not be read is damaged.
    if (error.code === 'ENOENT') return [];
    if (error.code === 'EACCES') return ['plan.json'];
    throw error;
  });
  return RUN_FILES.some((name) => files.includes(name)) ? [{ id, root, files }] : [];
}

/** The id that `latest` points at; undefined when it points at nothing beside it. */
export async function latestId({ kind, root }: RunSource): Promise<string | undefined> {
  if (kind === 'run') return undefined;
  const link = path.join(root, 'latest');
  const isLink = await lstat(link).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
  const target = isLink ? await readlink(link) : '';
  return target === '' || target !== path.basename(target) ? undefined : target;
}
