import type { DuckDBConnection } from '@duckdb/node-api';
import {
  ENVIRONMENT_FACTS,
  type EnvironmentFact,
  type Facts,
  type ObservedTarget,
  type TargetStep,
} from '../domain/history.ts';
import type { Status } from '../domain/run-files.ts';

/** Every candidate of a run beside its own last capture before it. Runs stand in the order in which they were planned. */
export async function readSteps(connection: DuckDBConnection, run: string): Promise<TargetStep[]> {
  const rows = await rowsOf<Row>(connection, NOW_AND_BEFORE, run);
  const facts = await factsById(connection, run);
  const answers = await movedAnswers(connection, run);
  const observed = (row: Row): ObservedTarget => ({
    run: row.run,
    status: row.status,
    environment: row.environment === null ? null : (facts.get(row.environment) ?? null),
    reference: row.reference === null ? null : (facts.get(row.reference) ?? null),
    answers: Object.fromEntries(answers.get(placeOf(row)) ?? []),
  });
  const before = new Map(rows.filter((row) => row.run !== run).map((row) => [pairOf(row), observed(row)]));
  return rows
    .filter((row) => row.run === run)
    .map((row) => ({
      suite: row.suite,
      target: row.target,
      before: before.get(pairOf(row)) ?? null,
      now: observed(row),
    }));
}

/** What nobody recorded reads as what a device does not have. */
const NO_FACTS = Object.fromEntries(ENVIRONMENT_FACTS.map((fact) => [fact, ''])) as Facts;

interface Place {
  readonly run: string;
  readonly suite: string;
  readonly target: string;
}

interface Row extends Place {
  readonly status: Status | null;
  readonly environment: string | null;
  readonly reference: string | null;
}

const pairOf = ({ suite, target }: Place): string => JSON.stringify([suite, target]);
const placeOf = ({ run, suite, target }: Place): string => JSON.stringify([run, suite, target]);

/** The rows of the run, and of each of its targets the last captured row before. */
const PICKED = `
  WITH this AS (SELECT run, planned_at FROM runs WHERE run = $run),
  own AS (SELECT t.* FROM targets t JOIN this USING (run) WHERE role = 'candidate'),
  earlier AS (
    SELECT t.* FROM targets t JOIN runs r USING (run) JOIN own USING (suite, target), this
    WHERE t.role = 'candidate' AND t.capture = 'captured' AND (r.planned_at, r.run) < (this.planned_at, this.run)
    QUALIFY row_number() OVER (PARTITION BY t.suite, t.target ORDER BY r.planned_at DESC, r.run DESC) = 1
  ),
  picked AS (SELECT * FROM own UNION ALL SELECT * FROM earlier),
  referred AS (
    SELECT run, suite, min(environment) AS reference FROM targets WHERE role = 'reference' GROUP BY run, suite
  )`;

const NOW_AND_BEFORE = `${PICKED}
  SELECT run, suite, target, status, environment, reference FROM picked LEFT JOIN referred USING (run, suite)
  ORDER BY suite, target`;

async function factsById(connection: DuckDBConnection, run: string): Promise<ReadonlyMap<string, Facts>> {
  const rows = await rowsOf<{ environment: string; fact: EnvironmentFact; value: string }>(
    connection,
    `${PICKED}
     SELECT environment, fact, value FROM environments WHERE environment IN (
       SELECT environment FROM picked UNION SELECT reference FROM picked JOIN referred USING (run, suite)
     )`,
    run,
  );
  const found = new Map<string, Record<EnvironmentFact, string>>();
  for (const { environment, fact, value } of rows) {
    const facts = found.get(environment) ?? { ...NO_FACTS };
    facts[fact] = value;
    found.set(environment, facts);
  }
  return found;
}

/** Of the tensors whose answer is not the one before: of most targets of most nights there is none. */
async function movedAnswers(
  connection: DuckDBConnection,
  run: string,
): Promise<ReadonlyMap<string, readonly (readonly [string, string])[]>> {
  const rows = await rowsOf<Place & { tensor: string; bytes: string }>(
    connection,
    `${PICKED},
     given AS (
       SELECT run, suite, target, tensor, bytes
       FROM tensors JOIN picked USING (run, suite, target) JOIN answers USING (answer)
     )
     SELECT * FROM given SEMI JOIN (
       SELECT suite, target, tensor FROM given GROUP BY ALL HAVING count(DISTINCT bytes) > 1
     ) USING (suite, target, tensor)`,
    run,
  );
  const found = new Map<string, (readonly [string, string])[]>();
  for (const row of rows) {
    const own = found.get(placeOf(row)) ?? [];
    own.push([row.tensor, row.bytes]);
    found.set(placeOf(row), own);
  }
  return found;
}

async function rowsOf<Read>(connection: DuckDBConnection, sql: string, run: string): Promise<Read[]> {
  return (await connection.runAndReadAll(sql, { run })).getRowObjectsJS() as Read[];
}
