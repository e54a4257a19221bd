import type { Matcher } from '../../../domain/budgets.ts';
import { STATUSES } from '../../../domain/run-files.ts';
import type { Acceptance, Note } from './note.ts';

/** Notes as a file: what a reviewer hands to the next one. */
export interface NotesFile {
  readonly schemaVersion: 1;
  readonly kind: 'notes';
  readonly run: string;
  readonly notes: readonly Note[];
}

export function writeNotes(run: string, notes: readonly Note[]): string {
  const file: NotesFile = { schemaVersion: 1, kind: 'notes', run, notes };
  return `${JSON.stringify(file, null, 1)}\n`;
}

/** Throws an Error that says what the text lacks, with the place in it. */
export function readNotes(text: string): NotesFile {
  const file = object(parse(text), 'the file');
  if (file.kind !== 'notes') throw new Error('These are no notes: "kind" is not "notes".');
  if (file.schemaVersion !== 1)
    throw new Error(`These notes have schemaVersion ${JSON.stringify(file.schemaVersion)}, expected 1.`);
  const notes = list(file.notes, 'notes').map((note, index) => readNote(note, `notes[${index}]`));
  return { schemaVersion: 1, kind: 'notes', run: string(file.run, 'run'), notes };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`This is no JSON: ${error.message}`);
    throw error;
  }
}

function readNote(value: unknown, at: string): Note {
  const note = object(value, at);
  const status = STATUSES.find((each) => each === note.status);
  if (status === undefined) throw new Error(`${at}.status: expected one of ${STATUSES.join(', ')}.`);
  return {
    suite: string(note.suite, `${at}.suite`),
    tensor: string(note.tensor, `${at}.tensor`),
    targets: texts(note.targets, `${at}.targets`),
    status,
    headline: string(note.headline, `${at}.headline`),
    seen: note.seen === true,
    comment: string(note.comment, `${at}.comment`),
    ...(note.accepted === undefined ? {} : { accepted: readAcceptance(note.accepted, `${at}.accepted`) }),
    changedAt: string(note.changedAt, `${at}.changedAt`),
  };
}

function readAcceptance(value: unknown, at: string): Acceptance {
  const accepted = object(value, at);
  const limits = Object.entries(object(accepted.limits, `${at}.limits`)).map(([metric, limit]) => {
    if (typeof limit !== 'number' || !Number.isFinite(limit))
      throw new Error(`${at}.limits.${metric}: expected a finite number.`);
    return [metric, limit] as const;
  });
  const expires = string(accepted.expires, `${at}.expires`);
  if (!isDay(expires)) throw new Error(`${at}.expires: expected a day as YYYY-MM-DD.`);
  const metrics = texts(accepted.metrics, `${at}.metrics`);
  if (metrics.length === 0 || new Set(metrics).size < metrics.length)
    throw new Error(`${at}.metrics: expected metrics, each once.`);
  const matches = list(accepted.matches, `${at}.matches`).map((match, index) =>
    readMatcher(match, `${at}.matches[${index}]`),
  );
  if (matches.length === 0) throw new Error(`${at}.matches: expected at least one.`);
  return {
    ...(accepted.budgets === undefined ? {} : { budgets: string(accepted.budgets, `${at}.budgets`) }),
    matches,
    metrics,
    limits: Object.fromEntries(limits),
    reason: filled(accepted.reason, `${at}.reason`),
    owner: filled(accepted.owner, `${at}.owner`),
    expires,
  };
}

const MATCHER_KEYS = ['suite', 'case', 'tensor', 'device', 'delegate', 'soc', 'tag', 'isa'] as const;

/** Keys that tell one target from another. */
const WHO = ['device', 'delegate', 'soc', 'tag', 'isa'] as const;

function readMatcher(value: unknown, at: string): Matcher {
  const match = object(value, at);
  const known = MATCHER_KEYS.filter((key) => match[key] !== undefined);
  // A waiver for everything is nobody's finding.
  if (!WHO.some((key) => match[key] !== undefined && match[key] !== '*'))
    throw new Error(`${at}: expected it to name a ${WHO.join(', ')}.`);
  return Object.fromEntries(known.map((key) => [key, string(match[key], `${at}.${key}`)]));
}

/** A day of the calendar as YYYY-MM-DD. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const day = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text);
}

function object(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error(`${at}: expected an object.`);
  return value as Readonly<Record<string, unknown>>;
}

function list(value: unknown, at: string): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error(`${at}: expected a list.`);
  return value;
}

function string(value: unknown, at: string): string {
  if (typeof value !== 'string') throw new Error(`${at}: expected a text.`);
  return value;
}

function filled(value: unknown, at: string): string {
  const text = string(value, at);
  if (text.trim() === '') throw new Error(`${at}: expected a text that says something.`);
  return text;
}

function texts(value: unknown, at: string): readonly string[] {
  return list(value, at).map((each, index) => string(each, `${at}[${index}]`));
}
