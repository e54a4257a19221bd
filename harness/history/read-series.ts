import type { DuckDBConnection } from '@duckdb/node-api';
import type { SeriesPoint } from '../domain/history.ts';
import { toJsonNumber } from '../domain/run-files.ts';

export interface SeriesQuery {
  readonly metric: string;
  /** Globs; absent: all. */
  readonly suite?: string;
  readonly target?: string;
  readonly tensor?: string;
  /** ISO 8601; nothing that was planned before it. */
  readonly since?: string;
}

/** Values of one metric, oldest first within each suite, target and tensor. */
export async function readSeries(connection: DuckDBConnection, query: SeriesQuery): Promise<SeriesPoint[]> {
  const { metric, suite = '*', target = '*', tensor = '*', since } = query;
  const reader = await connection.runAndReadAll(
    `SELECT run, strftime(judged_at, '%Y-%m-%dT%H:%M:%S.%gZ') AS at, suite, target, tensor, value, bytes FROM series
     WHERE metric = $metric AND suite GLOB $suite AND target GLOB $target AND tensor GLOB $tensor
       AND planned_at >= $since::TIMESTAMP
     ORDER BY suite, target, tensor, planned_at, run`,
    { metric, suite, target, tensor, since: since ?? '0001-01-01' },
  );
  return reader.getRowsJS().map(([run, judgedAt, ...rest]) => {
    const [ofSuite, ofTarget, ofTensor, value, bytes] = rest as [string, string, string, number, string];
    return {
      run: run as string,
      judgedAt: judgedAt as string,
      suite: ofSuite,
      target: ofTarget,
      tensor: ofTensor,
      metric,
      value: toJsonNumber(value),
      bytes,
    };
  });
}
