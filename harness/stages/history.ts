import { inLanes } from '../comparison/in-lanes.ts';
import type { Attribution } from '../domain/attribution.ts';
import { groupBy } from '../domain/group-by.ts';
import type { HistoryRun, NightLine, SeriesPoint } from '../domain/history.ts';
import { metricDefinition } from '../domain/metrics.ts';
import type { Verdicts } from '../domain/run-files.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { UserError } from '../domain/user-error.ts';
import { appendRuns } from '../history/append-run.ts';
import { withHistory } from '../history/open-history.ts';
import { type NightsQuery, readNights } from '../history/read-nights.ts';
import { readSeries, type SeriesQuery } from '../history/read-series.ts';
import { readSteps } from '../history/read-steps.ts';
import { readTrends as readRecentTrends } from '../history/read-trends.ts';
import { readHistoryRecord } from '../store/history-record.ts';
import {
  readComparisons,
  readPlan,
  readVerdicts,
  writeAttribution,
  writeTrends,
} from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { readableCaptures } from './deliveries.ts';
import { attribute } from './history/attribute.ts';
import { toHistoryRun } from './history/to-history-run.ts';

/** Runs that a trend goes back. */
const MOST_TREND_RUNS = 60;
const MOST_TRENDS = 600;

/** Runs that are read at a time. */
const LANES = 8;
/** Suites on targets that are read before they are written together: so many fit into memory. */
const BATCH = 20_000;

/** What the history says of a run that it now keeps. */
export interface Kept {
  /** The run before; undefined: this is the first one. */
  readonly before: Pick<NightLine, 'exitCode' | 'statuses'> | undefined;
  /** Suites on targets, by the worst of their verdicts. */
  readonly statuses: NightLine['statuses'];
  /** What moved, and what changed with it; also in attribution.json. */
  readonly attribution: Attribution | undefined;
}

/**
 * Adds a judged run to the history, in the place of the one of its name. What the history says of it stands in attribution.json and
 * trends.json in its folder.
 * @param file `history.duckdb`
 */
export async function keepRun(file: string, run: RunFolder): Promise<Kept> {
  const verdicts = await readVerdicts(run);
  const metrics = heldMetrics(verdicts);
  const read = (await readHistoryRecord(run)) ?? (await madeOfFiles(run, verdicts));
  return withHistory(file, async (connection) => {
    await appendRuns(connection, [read]);
    const [before] = await readNights(connection, { limit: 1, before: read.run });
    const steps = await readSteps(connection, read.run);
    const attribution = steps.length === 0 ? undefined : attribute(read.run, steps);
    if (attribution !== undefined) await writeAttribution(run, attribution);
    const query = { run: read.run, metrics, mostRuns: MOST_TREND_RUNS, mostSeries: MOST_TRENDS };
    await writeTrends(run, await readRecentTrends(connection, query));
    return { before, statuses: statusesOf(read), attribution };
  });
}

function statusesOf({ targets }: HistoryRun): NightLine['statuses'] {
  const candidates = targets.filter(({ role }) => role === 'candidate');
  const groups = groupBy(candidates, ({ status }) => status ?? 'INCOMPLETE');
  return Object.fromEntries([...groups].map(([status, own]) => [status, own.length]));
}

/** Metrics with a number that a verdict was made of: what people follow from night to night. */
function heldMetrics(verdicts: Verdicts): string[] {
  const lists = new Set(targetVerdicts(verdicts).map(({ said }) => said));
  const judged = new Set(['max_abs', ...[...lists].flatMap((said) => said.map(({ metric }) => metric))]);
  return [...judged].filter((metric) => {
    const scope = metricDefinition(metric)?.scope;
    return scope === 'element' || scope === 'decision';
  });
}

/**
 * Adds past runs, as many as can be read.
 * @returns the folders that were left out, and why
 */
export async function importToHistory(
  file: string,
  runs: readonly RunFolder[],
  onRun: (done: number) => void = () => {},
): Promise<{ readonly run: string; readonly reason: string }[]> {
  const skipped: { run: string; reason: string }[] = [];
  const read = async (run: RunFolder): Promise<HistoryRun | undefined> => {
    try {
      return (await readHistoryRecord(run)) ?? (await madeOfFiles(run, await readVerdicts(run)));
    } catch (error) {
      // What is wrong with the files of a run is said of that run; a defect of ours is not hidden.
      if (!(error instanceof UserError)) throw error;
      skipped.push({ run: run.root, reason: `${error.code} ${error.message}` });
      return undefined;
    }
  };
  let batch: HistoryRun[] = [];
  for (let start = 0; start < runs.length; start += LANES) {
    const found = await inLanes(runs.slice(start, start + LANES), LANES, read);
    batch.push(...found.filter((run) => run !== undefined));
    onRun(Math.min(start + LANES, runs.length));
    const isLast = start + LANES >= runs.length;
    if (!isLast && batch.reduce((sum, { targets }) => sum + targets.length, 0) < BATCH) continue;
    const whole = withoutDoubles(batch);
    batch = [];
    await withHistory(file, (connection) => appendRuns(connection, whole));
  }
  return skipped;
}

/** A copied folder holds a run that is there already: the later folder wins. */
function withoutDoubles(runs: readonly HistoryRun[]): HistoryRun[] {
  return [...new Map(runs.map((run) => [run.run, run])).values()];
}

export function seriesOf(file: string, query: SeriesQuery): Promise<SeriesPoint[]> {
  return withHistory(file, (connection) => readSeries(connection, query));
}

/** The last runs, newest first. */
export function nightsOf(file: string, query: NightsQuery): Promise<NightLine[]> {
  return withHistory(file, (connection) => readNights(connection, query));
}

/** Why the answers of a run are not those of the runs before it; undefined where the history has no such run. */
export function whyMoved(file: string, run: string): Promise<Attribution | undefined> {
  return withHistory(file, async (connection) => {
    const steps = await readSteps(connection, run);
    return steps.length === 0 ? undefined : attribute(run, steps);
  });
}

async function madeOfFiles(run: RunFolder, verdicts: Verdicts): Promise<HistoryRun> {
  const plan = await readPlan(run);
  return toHistoryRun({
    plan,
    captures: await readableCaptures(run, plan.captures),
    comparisons: await readComparisons(run),
    verdicts,
  });
}
