import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import type { HistoryRun } from '../domain/history.ts';
import { ENVIRONMENT_FACTS } from '../domain/history.ts';
import { fromJsonNumber, type JsonNumber } from '../domain/run-files.ts';

/** Adds runs; one that the history has already is replaced. */
export async function appendRuns(connection: DuckDBConnection, runs: readonly HistoryRun[]): Promise<void> {
  await forget(
    connection,
    runs.map(({ run }) => run),
  );
  await insertRuns(connection, runs);
  await appendRows(connection, 'targets', targetRows(runs));
  await appendTensors(connection, runs);
  await appendRows(connection, 'verdicts', verdictRows(runs));
  await appendNewEnvironments(connection, runs);
  await appendNewAnswers(connection, runs);
}

type Cell = string | number | boolean | null;

async function forget(connection: DuckDBConnection, runs: readonly string[]): Promise<void> {
  const known = await textsOf(connection, 'SELECT run FROM runs');
  const again = runs.filter((run) => known.has(run));
  for (const run of again) {
    for (const table of ['verdicts', 'tensors', 'targets', 'runs']) {
      await connection.run(`DELETE FROM ${table} WHERE run = $run`, { run });
    }
  }
}

/** The appender takes no text for a time: DuckDB casts it on the way from a table of texts. */
async function insertRuns(connection: DuckDBConnection, runs: readonly HistoryRun[]): Promise<void> {
  await connection.run(`
    CREATE TEMP TABLE texts (
      run VARCHAR, planned_at VARCHAR, judged_at VARCHAR, plan_hash VARCHAR, harness VARCHAR, exit_code INTEGER
    )`);
  await appendRows(
    connection,
    'texts',
    runs.map(({ run, plannedAt, judgedAt, planHash, harness, exitCode }) => [
      run,
      sqlTime(plannedAt),
      sqlTime(judgedAt),
      planHash,
      harness,
      exitCode,
    ]),
  );
  await connection.run(`
    INSERT INTO runs SELECT run, planned_at::TIMESTAMP, judged_at::TIMESTAMP, plan_hash, harness, exit_code FROM texts;
    DROP TABLE texts`);
}

const sqlTime = (iso: string): string => new Date(iso).toISOString().replace('T', ' ').replace('Z', '');

function* targetRows(runs: readonly HistoryRun[]): Generator<readonly Cell[]> {
  for (const { run, targets } of runs) {
    for (const each of targets) {
      yield [
        run,
        each.suite,
        each.target,
        each.role,
        each.capture,
        each.status,
        each.passed,
        each.environment,
        numberOrNull(each.fallbackNodes),
        each.jobMs,
        each.inferenceMs,
      ];
    }
  }
}

/** Targets that gave the same answers share the list of them: each different list is handed over once, and DuckDB unfolds them. */
async function appendTensors(connection: DuckDBConnection, runs: readonly HistoryRun[]): Promise<void> {
  const rows = runs.flatMap(({ run, targets }) => targets.map((target) => ({ run, ...target })));
  const sheets = new Map<Sheet, number>();
  for (const { tensors } of rows) if (!sheets.has(tensors)) sheets.set(tensors, sheets.size);
  await connection.run(`
    CREATE TEMP TABLE sheet_of (run VARCHAR, suite VARCHAR, target VARCHAR, sheet INTEGER, place INTEGER);
    CREATE TEMP TABLE sheets (sheet INTEGER, place INTEGER, tensor VARCHAR, answer VARCHAR)`);
  await appendRows(
    connection,
    'sheet_of',
    rows.map(({ run, suite, target, tensors }, place) => [run, suite, target, sheets.get(tensors)!, place]),
  );
  await appendRows(connection, 'sheets', sheetRows(sheets));
  await connection.run(`
    INSERT INTO tensors SELECT run, suite, target, tensor, answer FROM sheet_of JOIN sheets USING (sheet)
      ORDER BY sheet_of.place, sheets.place;
    DROP TABLE sheet_of;
    DROP TABLE sheets`);
}

type Sheet = HistoryRun['targets'][number]['tensors'];

function* sheetRows(sheets: ReadonlyMap<Sheet, number>): Generator<readonly Cell[]> {
  for (const [tensors, sheet] of sheets)
    for (const [place, { tensor, answer }] of tensors.entries()) yield [sheet, place, tensor, answer];
}

function* verdictRows(runs: readonly HistoryRun[]): Generator<readonly Cell[]> {
  for (const { run, verdicts } of runs) {
    for (const each of verdicts) {
      const { id, suite, target, case: name, tensor, metric, actual, limit, operator, status, rule } = each;
      yield [
        run,
        id,
        suite,
        target,
        name,
        tensor,
        metric,
        numberOrNull(actual),
        numberOrNull(limit),
        operator,
        status,
        rule,
      ];
    }
  }
}

async function appendNewEnvironments(
  connection: DuckDBConnection,
  runs: readonly HistoryRun[],
): Promise<void> {
  const known = await textsOf(connection, 'SELECT DISTINCT environment FROM environments');
  const fresh = newById(
    runs.flatMap(({ environments }) => environments),
    known,
  );
  await appendRows(
    connection,
    'environments',
    fresh.flatMap(({ id, facts }) => ENVIRONMENT_FACTS.map((fact) => [id, fact, facts[fact]])),
  );
}

async function appendNewAnswers(connection: DuckDBConnection, runs: readonly HistoryRun[]): Promise<void> {
  const known = await textsOf(connection, 'SELECT answer FROM answers');
  const fresh = newById(
    runs.flatMap(({ answers }) => answers),
    known,
  );
  await appendRows(
    connection,
    'answers',
    fresh.map(({ id, bytes, identical }) => [id, bytes, identical]),
  );
  await appendRows(
    connection,
    'metrics',
    fresh.flatMap(({ id, metrics }) =>
      metrics.map(({ metric, value }) => [id, metric, fromJsonNumber(value)]),
    ),
  );
}

function newById<Item extends { readonly id: string }>(
  items: readonly Item[],
  known: ReadonlySet<string>,
): Item[] {
  const fresh = new Map(items.filter(({ id }) => !known.has(id)).map((item) => [item.id, item]));
  return [...fresh.values()];
}

async function textsOf(connection: DuckDBConnection, sql: string): Promise<ReadonlySet<string>> {
  const [column] = (await connection.runAndReadAll(sql)).getColumnsJS();
  return new Set(column as string[] | undefined);
}

async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: Iterable<readonly Cell[]>,
): Promise<void> {
  const appender = await connection.createAppender(table);
  for (const row of rows) {
    for (const cell of row) appendCell(appender, cell);
    appender.endRow();
  }
  appender.closeSync();
}

/** A column's type decides what a number becomes: the appender casts. */
function appendCell(appender: DuckDBAppender, cell: Cell): void {
  if (cell === null) appender.appendNull();
  else if (typeof cell === 'string') appender.appendVarchar(cell);
  else if (typeof cell === 'boolean') appender.appendBoolean(cell);
  else appender.appendDouble(cell);
}

function numberOrNull(value: JsonNumber | null): number | null {
  return value === null ? null : fromJsonNumber(value);
}
