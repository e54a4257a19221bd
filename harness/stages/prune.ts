import { existsSync } from 'node:fs';
import { lstat, readdir, readFile, realpath, rm } from 'node:fs/promises';
import path from 'node:path';
import { UserError } from '../domain/user-error.ts';
import { readPlan } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';

/** What may go, and what stays although it is old. */
export interface Pruning {
  readonly runs: readonly { readonly run: string; readonly root: string; readonly bytes: number }[];
  /** Of runs that stay: bytes that none of their files names. */
  readonly blobs: readonly { readonly file: string; readonly bytes: number }[];
  readonly kept: readonly { readonly root: string; readonly reason: string }[];
}

/**
 * Which runs were planned before a time and are needed by nobody. Removes nothing.
 * @param reports the folder of run folders; what is no run there is not looked at
 * @param baselines approved runs are named here; it need not exist
 * @throws UserError E_BASELINE_UNREADABLE: what a baseline needs is not known
 */
export async function planPruning(reports: string, baselines: string, before: Date): Promise<Pruning> {
  const approved = await approvedRuns(baselines);
  const latest = await realpath(path.join(reports, 'latest')).catch(() => undefined);
  const runs: Pruning['runs'][number][] = [];
  const blobs: Pruning['blobs'][number][] = [];
  const kept: Pruning['kept'][number][] = [];
  for (const run of await runFolders(reports)) {
    const plan = await planOrReason(run);
    if (typeof plan === 'string') {
      kept.push({ root: run.root, reason: plan });
      continue;
    }
    const need = await needOf(run, plan.run, { approved, latest });
    const isOld = Date.parse(plan.createdAt) < before.getTime();
    if (isOld && need === undefined)
      runs.push({ run: plan.run, root: run.root, bytes: await bytesBelow(run.root) });
    else blobs.push(...(await unnamedBlobs(run, before)));
    if (isOld && need !== undefined) kept.push({ root: run.root, reason: need });
  }
  return { runs, blobs, kept };
}

/** Removes what `planPruning` found. */
export async function prune({ runs, blobs }: Pruning): Promise<void> {
  for (const { root } of runs) await rm(root, { recursive: true });
  for (const { file } of blobs) await rm(file, { force: true });
}

/** Links are left alone: `latest`, and runs that somebody keeps elsewhere. */
async function runFolders(reports: string): Promise<RunFolder[]> {
  if (!existsSync(reports)) return [];
  const entries = await readdir(reports, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => ({ root: path.join(reports, name) }))
    .filter((run) => existsSync(runPaths.plan(run)));
}

async function planOrReason(run: RunFolder) {
  try {
    return await readPlan(run);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return `its plan cannot be read (${error.code})`;
  }
}

interface Needs {
  readonly approved: ReadonlySet<string>;
  readonly latest: string | undefined;
}

async function needOf(run: RunFolder, id: string, { approved, latest }: Needs): Promise<string | undefined> {
  // A run may have been approved by its folder's name, or by its id.
  if (approved.has(id) || approved.has(path.basename(run.root))) return 'a baseline was approved from it';
  return (await realpath(run.root)) === latest ? 'it is the latest' : undefined;
}

async function approvedRuns(baselines: string): Promise<ReadonlySet<string>> {
  if (!existsSync(baselines)) return new Set();
  const names = await readdir(baselines, { recursive: true });
  const approved = new Set<string>();
  for (const name of names.filter((each) => each.endsWith('.json'))) {
    const run = await approvedRun(path.join(baselines, name));
    if (run !== undefined) approved.add(run);
  }
  return approved;
}

async function approvedRun(file: string): Promise<string | undefined> {
  const value = parsed(await readFile(file, 'utf8')) as {
    readonly kind?: unknown;
    readonly approved?: { readonly run?: unknown };
  } | null;
  if (typeof value === 'object' && value !== null) {
    if (typeof value.approved?.run === 'string') return value.approved.run;
    if (value.kind !== 'baseline' && value.approved === undefined) return undefined;
  }
  throw new UserError('E_BASELINE_UNREADABLE', 'Which run this baseline was approved from cannot be read.', {
    place: { file },
    remedies: ['restore the file from git, or remove it: until then nothing is pruned'],
  });
}

/** Undefined: no JSON. */
function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** By any digest that stands anywhere in the run's JSON: what is named in some other way than a capture's is named, too. */
async function unnamedBlobs(run: RunFolder, before: Date): Promise<{ file: string; bytes: number }[]> {
  const folder = runPaths.blobs(run);
  // A run that is not judged may be capturing.
  if (!existsSync(folder) || !existsSync(runPaths.verdicts(run))) return [];
  const named = new Set<string>();
  for (const entry of await readdir(run.root, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/\.(?:nd)?json$/.test(entry.name)) continue;
    const text = await readFile(path.join(entry.parentPath, entry.name), 'utf8');
    for (const [digest] of text.matchAll(/[0-9a-f]{64}/g)) named.add(digest);
  }
  const found: { file: string; bytes: number }[] = [];
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !/^[0-9a-f]{64}$/.test(entry.name) || named.has(entry.name)) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { size, mtimeMs } = await lstat(file);
    if (mtimeMs < before.getTime()) found.push({ file, bytes: size });
  }
  return found;
}

async function bytesBelow(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  let bytes = 0;
  for (const entry of entries) {
    if (entry.isFile()) bytes += (await lstat(path.join(entry.parentPath, entry.name))).size;
  }
  return bytes;
}
