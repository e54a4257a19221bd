import { mkdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { UserError } from '../domain/user-error.ts';
import { HISTORY_VERSION, TABLES } from './tables.ts';

/** DuckDB lets one process open a file at a time; another one waits this long for its turn. */
const PATIENCE_MS = 60_000;
const AGAIN_MS = 50;

/**
 * Opens the history for one piece of work, and makes it where there is none. What the work wrote is there whole or not at all.
 * @param file `history.duckdb`
 * @throws UserError E_HISTORY_DAMAGED, E_HISTORY_OLDER, E_HISTORY_NEWER, E_HISTORY_BUSY
 */
export async function withHistory<Result>(
  file: string,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  await mkdir(path.dirname(file), { recursive: true });
  return inTurn(path.join(await realpath(path.dirname(file)), path.basename(file)), () => opened(file, work));
}

/** The operating system's lock keeps other processes out, but not this one: here everybody queues by file. */
const queues = new Map<string, Promise<unknown>>();

function inTurn<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
  const turn = (queues.get(key) ?? Promise.resolve()).then(work);
  // Who comes next waits for the end, however it ends.
  queues.set(
    key,
    turn.catch(() => {}),
  );
  return turn;
}

async function opened<Result>(
  file: string,
  work: (connection: DuckDBConnection) => Promise<Result>,
): Promise<Result> {
  const instance = await openInTurn(file);
  const connection = await instance.connect();
  try {
    await connection.run('BEGIN');
    await prepareTables(file, connection);
    const result = await work(connection);
    await connection.run('COMMIT');
    return result;
  } catch (error) {
    throw damagedOrOther(file, error);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function openInTurn(file: string): Promise<DuckDBInstance> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return await DuckDBInstance.create(file);
    } catch (error) {
      if (!isLocked(error)) throw damagedOrOther(file, error);
      if (performance.now() > deadline) throw busy(file);
    }
    // Two that wait should not meet again and again.
    await wait(AGAIN_MS * (1 + Math.random()));
  }
}

async function prepareTables(file: string, connection: DuckDBConnection): Promise<void> {
  const tables = await connection.runAndReadAll("SELECT 1 FROM duckdb_tables() WHERE table_name = 'history'");
  if (tables.currentRowCount === 0) {
    await connection.run(TABLES);
    await connection.run(`INSERT INTO history VALUES (${HISTORY_VERSION})`);
    return;
  }
  const [row] = (await connection.runAndReadAll('SELECT max(version) FROM history')).getRowsJS();
  const version = Number(row?.[0]);
  if (version === HISTORY_VERSION) return;
  if (version < HISTORY_VERSION) {
    throw new UserError(
      'E_HISTORY_OLDER',
      `The history was written by an older fleetdiff: its version is ${version}; this one reads ${HISTORY_VERSION}.`,
      {
        place: { file },
        remedies: ['move it away and build it anew from the runs:  fleetdiff history --import reports'],
      },
    );
  }
  throw new UserError(
    'E_HISTORY_NEWER',
    `The history was written by a newer fleetdiff: its version is ${version}; this one reads ${HISTORY_VERSION}.`,
    { place: { file }, remedies: ['update fleetdiff', 'or name another file:  --history FILE'] },
  );
}

const isLocked = (error: unknown): boolean =>
  error instanceof Error && error.message.includes('Could not set lock');

/** What DuckDB says of a file that is none, or no longer. */
const DAMAGED =
  /not a valid DuckDB database|checksum|corrupt|Could not read|Is a directory|Serialization Error|INTERNAL Error|version number/i;

function damagedOrOther(file: string, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof UserError || !DAMAGED.test(error.message)) return error;
  const [first = ''] = error.message.split('\n');
  return new UserError('E_HISTORY_DAMAGED', `The history cannot be read: ${first}`, {
    place: { file },
    remedies: [
      'restore the file from a backup',
      'or move it away and build it anew from the runs:  fleetdiff history --import reports',
    ],
  });
}

function busy(file: string): UserError {
  return new UserError(
    'E_HISTORY_BUSY',
    `Another process has held the history for more than ${PATIENCE_MS / 1000} s.`,
    {
      place: { file },
      remedies: [
        'close what has it open, such as a duckdb shell',
        'append the run later:  fleetdiff history --import RUN',
      ],
    },
  );
}
