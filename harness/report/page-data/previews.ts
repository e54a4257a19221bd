import { count } from '../format-number.ts';
import type { InputSample, ReportInput } from '../report-input.ts';
import type { Preview } from './page-data.ts';
import { encodePng, type Pixels } from './png.ts';
import { reducePicture } from './reduce-picture.ts';

const MOST_SIDE = 256;
const MOST_COLUMNS = 600;
const MOST_TEXT = 2000;
const DIGITS = 4;
/** Of all previews of a page: photographs compress badly, and a report is mailed. */
export const MOST_CHARACTERS = 1_500_000;

/** The inputs of some samples for a person, in their order, until they would make the report heavy. Empty when the suite names no preview. */
export async function previewsOf(
  loadInput: ReportInput['loadInput'],
  suite: string,
  samples: readonly string[],
  mostCharacters = MOST_CHARACTERS,
): Promise<Readonly<Record<string, Preview>>> {
  const previews: [string, Preview][] = [];
  let characters = 0;
  for (const sample of new Set(samples)) {
    if (characters > mostCharacters) {
      previews.push([sample, { kind: 'none', reason: 'left out to keep the report small' }]);
      continue;
    }
    const input = await loadInput?.(suite, sample);
    if (input === undefined) return {};
    const preview = previewOf(input);
    characters += JSON.stringify(preview).length;
    previews.push([sample, preview]);
  }
  // A sample may be called "__proto__".
  return Object.fromEntries(previews);
}

function previewOf(input: InputSample): Preview {
  if (input.kind === 'image') return picture(input);
  if (input.kind === 'waveform') return waveform(input.values);
  return input.kind === 'text' ? { kind: 'text', text: shortened(input.text) } : input;
}

function picture(full: Pixels): Preview {
  const { rows, cols } = full;
  if (full.pixels.length !== rows * cols * full.channels || full.pixels.length === 0) {
    return { kind: 'none', reason: 'not an image' };
  }
  const small = reducePicture(full, MOST_SIDE);
  const uri = `data:image/png;base64,${Buffer.from(encodePng(small)).toString('base64')}`;
  const reduced = small === full ? {} : { reducedFrom: { rows, cols } };
  return { kind: 'image', rows: small.rows, cols: small.cols, uri, ...reduced };
}

/** Lowest and highest value of each stretch, to four digits; what is not finite is left out, a stretch without a number is 0. */
function waveform(values: Float64Array): Preview {
  if (values.length === 0) return { kind: 'none', reason: 'it has no elements' };
  const columns = Math.min(MOST_COLUMNS, values.length);
  const stretches = Array.from({ length: columns }, (_, column) =>
    values
      .subarray(
        Math.floor((column * values.length) / columns),
        Math.floor(((column + 1) * values.length) / columns),
      )
      .filter(Number.isFinite),
  );
  const of = (pick: (low: number, value: number) => number) =>
    stretches.map((stretch) => (stretch.length === 0 ? 0 : Number(stretch.reduce(pick).toPrecision(DIGITS))));
  return {
    kind: 'waveform',
    low: of((low, value) => Math.min(low, value)),
    high: of((high, value) => Math.max(high, value)),
    of: values.length,
  };
}

/** Between characters, never inside one. What is beyond is counted in UTF-16 units: a book is not taken apart for it. */
function shortened(text: string): string {
  const characters = [...text.slice(0, 2 * MOST_TEXT)];
  if (text.length <= 2 * MOST_TEXT && characters.length <= MOST_TEXT) return text;
  const beyond = Math.max(0, text.length - 2 * MOST_TEXT);
  const rest = characters.length - MOST_TEXT + beyond;
  return `${characters.slice(0, MOST_TEXT).join('')} … and ${count(rest, 'character')} more`;
}
