import type { DuckDBConnection } from '@duckdb/node-api';
import type { NightLine } from '../domain/history.ts';
import type { Status } from '../domain/run-files.ts';

export interface NightsQuery {
  readonly limit: number;
  /** ISO 8601; nothing that was planned before it. */
  readonly since?: string;
  /** Only what was planned before this run. */
  readonly before?: string;
}

/** The last runs, newest first. */
export async function readNights(
  connection: DuckDBConnection,
  { limit, since = '0001-01-01', before }: NightsQuery,
): Promise<NightLine[]> {
  const statuses = await rowsOf<{ run: string; status: Status; targets: number }>(
    connection,
    `SELECT run, coalesce(status, 'INCOMPLETE') AS status, count(*)::INTEGER AS targets
     FROM targets WHERE role = 'candidate' GROUP BY ALL`,
  );
  const nights = await rowsOf<{ run: string; plannedAt: string; exitCode: number; moved: number }>(
    connection,
    `WITH answered AS (
       SELECT run, suite, target, bytes,
         lag(bytes) OVER (PARTITION BY suite, target, tensor ORDER BY planned_at, run) AS before
       FROM tensors JOIN runs USING (run) JOIN answers USING (answer)
     ),
     moved AS (SELECT run, count(DISTINCT (suite, target))::INTEGER AS moved FROM answered WHERE bytes <> before GROUP BY run)
     SELECT run, strftime(planned_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS "plannedAt", exit_code AS "exitCode",
       coalesce(moved, 0) AS moved
     FROM runs LEFT JOIN moved USING (run) WHERE planned_at >= $since::TIMESTAMP
       ${before === undefined ? '' : 'AND (planned_at, run) < (SELECT (planned_at, run) FROM runs WHERE run = $before)'}
     ORDER BY planned_at DESC, run DESC LIMIT $limit`,
    { since, limit, ...(before === undefined ? {} : { before }) },
  );
  return nights.map((night) => ({
    ...night,
    statuses: Object.fromEntries(
      statuses.filter(({ run }) => run === night.run).map(({ status, targets }) => [status, targets]),
    ),
  }));
}

async function rowsOf<Read>(
  connection: DuckDBConnection,
  sql: string,
  values: Record<string, string | number> = {},
): Promise<Read[]> {
  return (await connection.runAndReadAll(sql, values)).getRowObjectsJS() as Read[];
}
