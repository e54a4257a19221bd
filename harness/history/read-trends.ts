import type { DuckDBConnection } from '@duckdb/node-api';
import { groupBy } from '../domain/group-by.ts';
import { toJsonNumber } from '../domain/run-files.ts';
import type { Trend, Trends } from '../domain/trends.ts';

export interface TrendsQuery {
  readonly run: string;
  readonly metrics: readonly string[];
  /** Runs, this one among them. */
  readonly mostRuns: number;
  readonly mostSeries: number;
}

interface Row {
  readonly run: string;
  readonly suite: string;
  readonly target: string;
  readonly tensor: string;
  readonly metric: string;
  readonly value: number;
  readonly bytes: string;
}

/** The last runs up to this one. */
const WINDOW = `
  WITH this AS (SELECT run, planned_at FROM runs WHERE run = $run),
  recent AS (
    SELECT r.run, r.planned_at, r.judged_at FROM runs r, this
    WHERE (r.planned_at, r.run) <= (this.planned_at, this.run)
    ORDER BY r.planned_at DESC, r.run DESC LIMIT $most
  )`;

/** What moved within the last runs, of the tensors that this run has; the series with the latest change come first. */
export async function readTrends(connection: DuckDBConnection, query: TrendsQuery): Promise<Trends> {
  const { run, mostRuns, mostSeries } = query;
  const window = { run, most: mostRuns };
  const runs = (
    await connection.runAndReadAll(
      `${WINDOW} SELECT run, strftime(judged_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "judgedAt" FROM recent
       ORDER BY planned_at, run`,
      window,
    )
  ).getRowObjectsJS() as { run: string; judgedAt: string }[];
  const rows = (
    await connection.runAndReadAll(
      `${WINDOW},
       own AS (SELECT suite, target, tensor FROM tensors JOIN this USING (run)),
       moved AS (
         SELECT suite, target, tensor FROM tensors JOIN recent USING (run) JOIN own USING (suite, target, tensor)
           JOIN answers USING (answer)
         GROUP BY ALL HAVING count(DISTINCT bytes) > 1
       )
       SELECT run, suite, target, tensor, metric, value, bytes
       FROM tensors JOIN recent USING (run) JOIN moved USING (suite, target, tensor)
         JOIN answers USING (answer) JOIN metrics USING (answer)
       WHERE metric IN (SELECT unnest(string_split($metrics, ',')))
       ORDER BY suite, target, tensor, metric`,
      { ...window, metrics: query.metrics.join(',') },
    )
  ).getRowObjectsJS() as unknown as Row[];
  const places = new Map(runs.map((each, place) => [each.run, place]));
  const series = [...groupBy(rows, (row) => JSON.stringify([row.suite, row.target, row.tensor, row.metric]))]
    .map(([, own]) => trendOf(own, places, runs.length))
    .filter(isTelling)
    .sort((left, right) => (right.changes.at(-1) ?? -1) - (left.changes.at(-1) ?? -1));
  return {
    schemaVersion: 1,
    kind: 'trends',
    run,
    runs,
    series: series.slice(0, mostSeries),
    leftOut: Math.max(0, series.length - mostSeries),
  };
}

/** A level line says nothing; of what moved, one line stays to say that it did. */
function isTelling({ metric, values }: Trend): boolean {
  return metric === 'max_abs' || new Set(values.filter((value) => value !== null)).size > 1;
}

function trendOf(rows: readonly Row[], places: ReadonlyMap<string, number>, length: number): Trend {
  const { suite, target, tensor, metric } = rows[0]!;
  const byPlace = new Map(rows.map((row) => [places.get(row.run), row]));
  const changes: number[] = [];
  let last: string | undefined;
  const values = Array.from({ length }, (_, place) => {
    const row = byPlace.get(place);
    if (row === undefined) return null;
    if (last !== undefined && last !== row.bytes) changes.push(place);
    last = row.bytes;
    return toJsonNumber(row.value);
  });
  return { suite, target, tensor, metric, values, changes };
}
