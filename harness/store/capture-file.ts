import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';
import type { Capture, CapturedCase, Placement } from '../domain/run-files.ts';
import { fileError } from './file-error.ts';
import { checkJson } from './json-file.ts';
import { capturedCases, placement } from './schemas/capture.ts';
import { SCHEMAS } from './schemas.ts';

/** What captures that were read already hold, by the hash of its text. Who reads many captures reads them with one of these. */
export interface KnownParts {
  readonly cases: Map<string, readonly CapturedCase[]>;
  readonly placements: Map<string, Placement>;
}

export const knownParts = (): KnownParts => ({ cases: new Map(), placements: new Map() });

/** As `writeJsonFile` lays it out. No string of a JSON text holds a line break, so this begins a key of the capture. */
const BEFORE_CASES = '\n "cases": ';
const BEFORE_PLACEMENT = '\n "placement": ';
const BEFORE_NEXT = ',\n "';
const AFTER_CASES = '\n}\n';

/** In the place of what was taken out. */
const NO_PLACEMENT: Placement = { requested: '', status: 'unknown', nodes: [] };

/**
 * Reads a capture; those that hold the same answers share one `cases` object, those whose nodes ran alike one `placement`: these are
 * parsed, checked and held once.
 * @returns undefined when there is no such file
 * @throws UserError as readJsonFile
 */
export async function readCaptureFile(file: string, known: KnownParts): Promise<Capture | undefined> {
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
 * The head, the placement and the answers apart; undefined where the text is laid out otherwise or anything is wrong with it. Where
 * a value in the place of some text makes a whole of the rest, what stood there is a value too.
 */
function readInParts(bytes: Buffer, file: string, known: KnownParts): Capture | undefined {
  const casesAt = bytes.indexOf(BEFORE_CASES) + BEFORE_CASES.length;
  const end = bytes.length - AFTER_CASES.length;
  const placementAt = bytes.indexOf(BEFORE_PLACEMENT) + BEFORE_PLACEMENT.length;
  const placementEnd = bytes.indexOf(BEFORE_NEXT, placementAt);
  const isLaidOut =
    placementAt >= BEFORE_PLACEMENT.length &&
    placementEnd > placementAt &&
    casesAt > placementEnd &&
    end >= casesAt;
  if (!isLaidOut || bytes.toString('latin1', end) !== AFTER_CASES) return undefined;
  const head = Buffer.concat([
    bytes.subarray(0, placementAt),
    Buffer.from(JSON.stringify(NO_PLACEMENT)),
    bytes.subarray(placementEnd, casesAt),
    Buffer.from(`[]${AFTER_CASES}`),
  ]);
  try {
    const capture = checkJson(head, file, 'capture', SCHEMAS.capture);
    // Of two keys of one name the last counts.
    if (capture.status !== 'captured' || capture.placement.requested !== '') return undefined;
    return {
      ...capture,
      placement: once(known.placements, bytes.subarray(placementAt, placementEnd), placement),
      cases: once(known.cases, bytes.subarray(casesAt, end), capturedCases),
    };
  } catch {
    // The whole file is read then, and says what is wrong with it.
    return undefined;
  }
}

/** @throws where the text is not what the schema says */
function once<Value>(known: Map<string, Value>, text: Buffer, schema: z.ZodType<Value>): Value {
  // Twice as fast as SHA-256 where the processor has no instructions for it.
  const key = hash('blake2b512', text, 'base64');
  const value = known.get(key) ?? schema.parse(JSON.parse(utf8.decode(text)));
  known.set(key, value);
  return value;
}

const utf8 = new TextDecoder('utf-8', { fatal: true });
