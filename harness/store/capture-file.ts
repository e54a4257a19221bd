import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Capture, CapturedCase } from '../domain/run-files.ts';
import { fileError } from './file-error.ts';
import { checkJson } from './json-file.ts';
import { capturedCases } from './schemas/capture.ts';
import { SCHEMAS } from './schemas.ts';

/** Answers of captures that were read already, by the hash of their text. Who reads many captures reads them with one of these. */
export type KnownAnswers = Map<string, readonly CapturedCase[]>;

/** As `writeJsonFile` lays it out. No string of a JSON text holds a line break, so this begins a key. */
const BEFORE_CASES = '\n "cases": ';
const AFTER_CASES = '\n}\n';

/**
 * Reads a capture; those that hold the same answers share one `cases` object, which is parsed, checked and held once.
 * @returns undefined when there is no such file
 * @throws UserError as readJsonFile
 */
export async function readCaptureFile(file: string, known: KnownAnswers): Promise<Capture | undefined> {
  const bytes = readWhole(file);
  if (bytes === undefined) return undefined;
  return readInParts(bytes, file, known) ?? checkJson(bytes, file, 'capture', SCHEMAS.capture);
}

/** At once: through promises, 20,000 small files take seven times as long. */
function readWhole(file: string): Buffer | undefined {
  try {
    return readFileSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, 'read', file);
  }
}

/**
 * The head and the answers apart; undefined where the text is laid out otherwise or anything is wrong with it. Where `null` in the place
 * of some text is a value that ends the file, what stood there is that value.
 */
function readInParts(bytes: Buffer, file: string, known: KnownAnswers): Capture | undefined {
  const start = bytes.indexOf(BEFORE_CASES) + BEFORE_CASES.length;
  const end = bytes.length - AFTER_CASES.length;
  if (start < BEFORE_CASES.length || end < start || bytes.toString('latin1', end) !== AFTER_CASES)
    return undefined;
  const head = Buffer.concat([bytes.subarray(0, start), Buffer.from(`[]${AFTER_CASES}`)]);
  try {
    const capture = checkJson(head, file, 'capture', SCHEMAS.capture);
    if (capture.status !== 'captured') return undefined;
    const answers = bytes.subarray(start, end);
    // Twice as fast as SHA-256 where the processor has no instructions for it.
    const key = hash('blake2b512', answers, 'base64');
    let cases = known.get(key);
    if (cases === undefined) {
      cases = capturedCases.parse(JSON.parse(utf8.decode(answers)));
      known.set(key, cases);
    }
    return { ...capture, cases };
  } catch {
    // The whole file is read then, and says what is wrong with it.
    return undefined;
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
