import { createReadStream } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Capture, Plan, PlannedCapture } from '../domain/run-files.ts';
import type { BlobRef } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { type BlobStore, openBlobStore } from '../store/blob-store.ts';
import { openRunLog } from '../store/log.ts';
import { readCapture, readPlan, writeCapture, writePlan } from '../store/run-files.ts';
import { createRunFolder, linkLatest, type RunFolder, runPaths } from '../store/run-folder.ts';

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
 * one suite on one target, E_MERGE_DAMAGED where a file holds another capture than its name says
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
  if (path.dirname(path.resolve(run.root)) === path.resolve('reports')) await linkLatest(run);
  const all = [...captures.values()].map(({ capture }) => capture);
  await copyBlobs(shards, run, refsOf(plan, all));
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
      checkOwn(plan, planned, capture, folder);
      const other = found.get(pairKey(planned));
      if (other !== undefined && !isDeepStrictEqual(other.capture, capture)) {
        throw conflict(planned, other.from, folder);
      }
      found.set(pairKey(planned), { capture, from: folder });
    }
  }
  return found;
}

/** A file that holds another capture would take that one's place under its own name. */
function checkOwn(plan: Plan, planned: PlannedCapture, capture: Capture, folder: RunFolder): void {
  const isOwn = capture.suite === planned.suite && capture.target === planned.target;
  if (isOwn && capture.planHash === plan.planHash) return;
  const found = isOwn ? 'one of another plan' : `${capture.suite} on ${capture.target}`;
  throw new UserError(
    'E_MERGE_DAMAGED',
    `The capture of ${planned.suite} on ${planned.target} was expected; found ${found}.`,
    {
      place: { file: runPaths.capture(folder, planned.target, planned.suite) },
      remedies: ['remove the file and capture it again:  fleetdiff run --resume DIR'],
    },
  );
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

/** Everything that the plan and the captures name, each from the first shard that holds it whole. What none has is told where it is read. */
async function copyBlobs(
  shards: readonly ShardRun[],
  to: RunFolder,
  refs: readonly BlobRef[],
): Promise<void> {
  const stores = shards.map(({ folder }) => openBlobStore(runPaths.blobs(folder)));
  const goal = openBlobStore(runPaths.blobs(to));
  for (const ref of new Map(refs.map((each) => [each.sha256, each])).values()) {
    for (const store of stores) {
      const file = await whole(store, ref);
      if (file === undefined) continue;
      await goal.write(ref.sha256, createReadStream(file));
      break;
    }
  }
}

/** undefined: the shard lacks the blob, or holds it damaged; another one may have it. */
async function whole(store: BlobStore, ref: BlobRef): Promise<string | undefined> {
  try {
    return await store.locate(ref);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function refsOf({ suites }: Plan, captures: readonly Capture[]): readonly BlobRef[] {
  const ofPlan = suites.flatMap(({ model, cases, reference, preview }) => [
    model,
    ...cases.flatMap(({ inputs }) => inputs),
    ...(reference.kind === 'golden' ? reference.cases.flatMap(({ outputs }) => outputs) : []),
    ...(preview?.vocabulary === undefined ? [] : [preview.vocabulary]),
  ]);
  const ofCaptures = captures.flatMap((capture) =>
    capture.status === 'captured' ? capture.cases.flatMap(({ repeats }) => repeats.flat()) : [],
  );
  return [...ofPlan, ...ofCaptures];
}

function pairKey({ suite, target }: PlannedCapture): string {
  return JSON.stringify([suite, target]);
}
