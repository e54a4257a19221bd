import { stat } from 'node:fs/promises';
import path from 'node:path';
import { compareText } from '../report/findings.ts';
import { type RunEntry, readRunEntry } from './run-entry.ts';
import { type FoundRun, findRuns, latestId, type RunSource } from './run-source.ts';

export interface RunList {
  /** Newest first. */
  readonly entries: readonly RunEntry[];
  readonly latest?: string;
}

/** Runs read at once. */
const MOST_AT_ONCE = 16;

interface Cached {
  readonly stamp: string;
  readonly entry: RunEntry;
}

/**
 * Reads the list again at every call; a run whose files did not change is not read again, and calls that come while it is being read
 * share it.
 */
export function runLister(source: RunSource): () => Promise<RunList> {
  const cache = new Map<string, Cached>();
  let reading: Promise<RunList> | undefined;
  return () => {
    reading ??= readList(source, cache).finally(() => {
      reading = undefined;
    });
    return reading;
  };
}

async function readList(source: RunSource, cache: Map<string, Cached>): Promise<RunList> {
  const runs = await findRuns(source);
  const ids = new Set(runs.map(({ id }) => id));
  for (const id of cache.keys()) if (!ids.has(id)) cache.delete(id);
  const entries: RunEntry[] = [];
  for (let start = 0; start < runs.length; start += MOST_AT_ONCE) {
    const batch = runs.slice(start, start + MOST_AT_ONCE);
    entries.push(...(await Promise.all(batch.map((run) => cachedEntry(run, cache)))));
  }
  const latest = await latestId(source);
  return { entries: entries.sort(newestFirst), ...(latest === undefined ? {} : { latest }) };
}

async function cachedEntry(run: FoundRun, cache: Map<string, Cached>): Promise<RunEntry> {
  const stamp = await stampOf(run);
  const known = cache.get(run.id);
  // A run at work grows in folders below, which no stamp shows.
  if (known?.stamp === stamp && known.entry.outcome !== 'unjudged') return known.entry;
  const entry = await readRunEntry(run);
  cache.set(run.id, { stamp, entry });
  return entry;
}

async function stampOf({ root, files }: FoundRun): Promise<string> {
  const stamps = await Promise.all(
    ['plan.json', 'verdicts.json', 'check.json'].map((name) =>
      stat(path.join(root, name)).then(
        ({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`,
        () => 'absent',
      ),
    ),
  );
  return [...stamps, ...files].join('\n');
}

/** By the plan's time; a run whose plan cannot be read by its name, which begins with the time. */
function newestFirst(left: RunEntry, right: RunEntry): number {
  return compareText(timeKey(right), timeKey(left)) || compareText(right.id, left.id);
}

function timeKey({ createdAt, id }: RunEntry): string {
  return (createdAt ?? id).replaceAll(':', '-').slice(0, 19);
}
