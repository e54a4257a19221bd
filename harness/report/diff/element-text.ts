import type { WorstElement } from '../../domain/run-files.ts';
import { shortenEnd } from '../display-width.ts';
import { prose } from '../escape.ts';
import { formatNumber } from '../format-number.ts';

type Value = WorstElement['reference'];

const FEWEST_DIGITS = 4;
const MOST_DIGITS = 17;
const TEXT_COLUMNS = 24;
const WHOLE = /^-?\d+$/;

/** `1.25 → 4.81   +3.56`: both values with as many digits as it takes to see that they differ, and the error between them. */
export function elementText({ reference, candidate }: WorstElement, dtype: string | null): string {
  if (dtype === 'string') return `${quoted(reference)} → ${quoted(candidate)}`;
  const [left, right] = distinct(reference, candidate);
  const error = errorText(reference, candidate);
  return `${left} → ${right}${error === undefined ? '' : `   ${error}`}`;
}

function distinct(reference: Value, candidate: Value): readonly [string, string] {
  for (let digits = FEWEST_DIGITS; ; digits++) {
    const texts = [numberText(reference, digits), numberText(candidate, digits)] as const;
    if (texts[0] !== texts[1] || digits === MOST_DIGITS) return texts;
  }
}

/** 64-bit integers come in decimal and stay as they are. */
function numberText(value: Value, digits: number): string {
  return typeof value === 'number' ? formatNumber(value, digits) : prose(value);
}

/** candidate - reference, signed; undefined where it is no finite number. */
function errorText(reference: Value, candidate: Value): string | undefined {
  if (typeof reference === 'number' && typeof candidate === 'number') {
    const error = candidate - reference;
    return Number.isFinite(error) ? signed(formatNumber(error)) : undefined;
  }
  if (!isWhole(reference) || !isWhole(candidate)) return undefined;
  return signed(String(BigInt(candidate) - BigInt(reference)));
}

function isWhole(value: Value): value is number | `${bigint}` {
  return typeof value === 'number' ? Number.isSafeInteger(value) : WHOLE.test(value);
}

function signed(text: string): string {
  return text.startsWith('-') ? text : `+${text}`;
}

function quoted(value: Value): string {
  return `"${shortenEnd(prose(String(value)), TEXT_COLUMNS)}"`;
}
