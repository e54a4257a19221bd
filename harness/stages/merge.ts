import { existsSync } from 'node:fs';
import { cp, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Capture, Plan, PlannedCapture } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';
import { openRunLog } from '../store/log.ts';
import { readCapture, readPlan, writeCapture, writePlan } from '../store/run-files.ts';
import { createRunFolder, type RunFolder, runPaths } from '../store/run-folder.ts';

export interface Merged {
  readonly run: RunFolder;
  readonly plan: Plan;
  /** What no shard delivered. */
  readonly undelivered: readonly PlannedCapture[];
}

interface ShardRun {
  readonly folder: RunFolder;
  readonly plan: Plan;
}

/**
 * Unites the captures of shards of one plan into a run of their own; in which order they are named decides nothing. Only
 * captures and their blobs are taken: comparisons and verdicts are made anew, over all of them.
 * @throws UserError E_MERGE_PLANS where the shards follow different plans, E_MERGE_CONFLICT where two hold different captures of
 * one suite on one target
 */
export async function mergeRuns(
  folders: readonly RunFolder[],
  out: string,
  clock: () => Date,
): Promise<Merged> {
  const shards = await Promise.all(folders.map(async (folder) => ({ folder, plan: await readPlan(folder) })));
  shards.sort(({ plan: left }, { plan: right }) => byTimeThenName(left, right));
  const [first] = shards;
  if (first === undefined) throw new Error('nothing to merge');
  for (const shard of shards) checkSamePlan(first, shard);
  const captures = await captureByPair(first.plan, shards);

  const { shard: _, ...plan } = first.plan;
  // Nothing that can be refused comes after this.
  const run = await createRunFolder(out);
  await writePlan(run, plan);
  for (const { folder } of shards) await copyBlobs(folder, run);
  for (const { capture } of captures.values()) await writeCapture(run, capture);
  const undelivered = plan.captures.filter((planned) => !captures.has(pairKey(planned)));
  openRunLog(run, clock)('merged', {
    shards: shards.map(({ plan: own }) => own.shard ?? own.run),
    captures: captures.size,
    undelivered: undelivered.length,
  });
  return { run, plan, undelivered };
}

function byTimeThenName(left: Plan, right: Plan): number {
  const [before, after] = [left, right].map(({ createdAt, run }) => `${createdAt} ${run}`) as [
    string,
    string,
  ];
  if (before === after) return 0;
  return before < after ? -1 : 1;
}

function checkSamePlan(first: ShardRun, other: ShardRun): void {
  if (first.plan.planHash === other.plan.planHash) return;
  const changed = (['suites', 'devices', 'captures', 'repeats', 'fleet'] as const).filter(
    (key) => !isDeepStrictEqual(first.plan[key], other.plan[key]),
  );
  throw new UserError(
    'E_MERGE_PLANS',
    `${first.folder.root} and ${other.folder.root} follow different plans: they differ in ${changed.join(', ')}.`,
    {
      place: { file: runPaths.plan(other.folder) },
      remedies: [
        'make every shard from the same commit, with the same devices.yml, --only, --tag and --repeats',
      ],
    },
  );
}

/** Every capture that some shard delivered; a damaged file stops the merge, because a whole one may be had again. */
async function captureByPair(
  plan: Plan,
  shards: readonly ShardRun[],
): Promise<ReadonlyMap<string, { readonly capture: Capture; readonly from: RunFolder }>> {
  const found = new Map<string, { readonly capture: Capture; readonly from: RunFolder }>();
  for (const planned of plan.captures) {
    for (const { folder } of shards) {
      const capture = await readCapture(folder, planned.target, planned.suite);
      if (capture === undefined) continue;
      const other = found.get(pairKey(planned));
      if (other !== undefined && !isDeepStrictEqual(other.capture, capture)) {
        throw conflict(planned, other.from, folder);
      }
      found.set(pairKey(planned), { capture, from: folder });
    }
  }
  return found;
}

function conflict(planned: PlannedCapture, first: RunFolder, second: RunFolder): UserError {
  return new UserError(
    'E_MERGE_CONFLICT',
    `Two shards hold different captures of ${planned.suite} on ${planned.target}: ${first.root} and ${second.root}.`,
    {
      place: { file: runPaths.capture(second, planned.target, planned.suite) },
      remedies: ['merge one of the two only: a target belongs to one shard', 'capture one of them again'],
    },
  );
}

/** Stored under their hash, so two shards can only hold the same bytes of one name; whoever reads them checks them. */
async function copyBlobs(from: RunFolder, to: RunFolder): Promise<void> {
  const [source, goal] = [runPaths.blobs(from), runPaths.blobs(to)];
  if (!existsSync(source)) return;
  for (const prefix of await readdir(source)) {
    await mkdir(path.join(goal, prefix), { recursive: true });
    await cp(path.join(source, prefix), path.join(goal, prefix), { recursive: true, force: false });
  }
}

function pairKey({ suite, target }: PlannedCapture): string {
  return JSON.stringify([suite, target]);
}
