import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { UserError } from '../domain/user-error.ts';
import { fileError } from './file-error.ts';

/** The command that writes a kind of file from the run's others. */
const WRITTEN_BY: Readonly<Record<string, string>> = {
  comparisons: 'compare',
  equivalence: 'compare',
  'class-pairs': 'compare',
  determinism: 'compare',
  verdicts: 'judge',
};

const HEAD = z.looseObject({ schemaVersion: z.number(), kind: z.string() });

/** Reads one run file: missing, damaged, newer and ill-formed files are four different errors. */
export async function readJsonFile<T>(file: string, kind: string, schema: z.ZodType<T>): Promise<T> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw fileError(error, 'read', file);
    throw new UserError('E_RUN_FILE_MISSING', `The run has no ${path.basename(file)}.`, {
      place: { file },
      remedies: writerOf(kind, path.dirname(file)),
    });
  });
  return checkJson(bytes, file, kind, schema);
}

/** What the bytes of a run file hold. */
export function checkJson<T>(bytes: Uint8Array, file: string, kind: string, schema: z.ZodType<T>): T {
  const value = parseJson(bytes, file);
  const head = HEAD.safeParse(value);
  if (!head.success || head.data.kind !== kind) {
    throw new UserError('E_RUN_FILE_KIND', `Expected a file of kind "${kind}"; found ${describe(value)}.`, {
      place: { file },
    });
  }
  if (head.data.schemaVersion > 1) {
    throw new UserError(
      'E_RUN_FILE_NEWER',
      `The file has schemaVersion ${head.data.schemaVersion}; this fleetdiff reads up to 1.`,
      { place: { file }, remedies: ['read it with the fleetdiff that wrote it, or a newer one'] },
    );
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 3).map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new UserError('E_RUN_FILE_DAMAGED', `The file is not what "${kind}" promises: ${issues.join('; ')}`, {
    place: { file },
    remedies: ['restore it, or run again the stage that writes it'],
  });
}

/**
 * Writes whole or not at all, so that Ctrl-C leaves no half file behind.
 * @param text as one, or in pieces
 */
export async function writeWhole(file: string, text: string | Iterable<string>): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(temporary, typeof text === 'string' ? text : inChunks(text));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => {}); // The first error is the one to tell.
    throw fileError(error, 'written', file);
  }
}

const CHUNK_CHARACTERS = 1 << 20;

/** Each is a call to the operating system: many small pieces go as one. */
function* inChunks(pieces: Iterable<string>): Generator<string> {
  let chunk = '';
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < CHUNK_CHARACTERS) continue;
    yield chunk;
    chunk = '';
  }
  if (chunk !== '') yield chunk;
}

export function writeJsonFile(file: string, value: object): Promise<void> {
  return writeWhole(file, `${JSON.stringify(value, null, 1)}\n`);
}

function writerOf(kind: string, run: string): readonly string[] {
  const command = WRITTEN_BY[kind];
  return command === undefined ? [] : [`write it:  fleetdiff ${command} ${run}`];
}

/** UTF-8 alone: a lenient decoder would read a damaged byte as some other text. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function parseJson(bytes: Uint8Array, file: string): unknown {
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch (error) {
    throw new UserError('E_RUN_FILE_DAMAGED', `The file is not JSON: ${(error as Error).message}`, {
      place: { file },
      remedies: ['restore it, or run again the stage that writes it'],
    });
  }
}

function describe(value: unknown): string {
  const kind = (value as { kind?: unknown } | null)?.kind;
  return typeof kind === 'string' ? `kind "${kind.slice(0, 60)}"` : 'none';
}
