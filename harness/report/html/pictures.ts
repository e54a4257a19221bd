import type { Flip } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import { formatNumber } from '../format-number.ts';
import { encodePng, type Pixels } from '../page-data/png.ts';
import type { ReportInput } from '../report-input.ts';
import type { Markup } from './markup.ts';
import { html, nameHtml, titleText } from './markup.ts';

/** Larger inputs are no thumbnails, and would make the report heavy. */
const MOST_PIXELS = 256 * 256;

/** Loads each sample once, however many targets flip it. */
export type Pictures = (suite: string, sample: string) => Promise<Markup>;

export function picturesOf(loadInput: ReportInput['loadInput']): Pictures {
  const known = new Map<string, Promise<Markup>>();
  return (suite, sample) => {
    const key = JSON.stringify([suite, sample]);
    const found = known.get(key) ?? loadPicture(loadInput, suite, sample);
    known.set(key, found);
    return found;
  };
}

async function loadPicture(
  loadInput: ReportInput['loadInput'],
  suite: string,
  sample: string,
): Promise<Markup> {
  const image = await loadInput?.(suite, sample);
  if (image?.kind !== 'image') return html``;
  const problem = problemOf(image);
  if (problem !== undefined)
    return html`<span class="no-picture" title="${problem}">no picture: ${problem}</span>`;
  const png = Buffer.from(encodePng(image)).toString('base64');
  return html`<img alt="input of sample ${titleText(sample)}" width="${image.cols}" height="${image.rows}" src="data:image/png;base64,${png}">`;
}

function problemOf({ rows, cols, channels, pixels }: Pixels): string | undefined {
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) return 'not an image';
  if (rows * cols > MOST_PIXELS) return `${rows}×${cols} is too large`;
  return pixels.length === rows * cols * channels ? undefined : `${pixels.length} pixels for ${rows}×${cols}`;
}

/** What was seen, what the reference answers, what this target answers, and what is right. */
export async function flipFigure(
  flip: Flip,
  suite: PlannedSuite | undefined,
  pictures: Pictures,
): Promise<Markup> {
  const picture = await pictures(suite?.name ?? '', flip.sample);
  const label = (index: number) => nameHtml(suite?.task?.labels?.[index] ?? `class ${index}`, 24);
  const expected =
    flip.expected === undefined
      ? undefined
      : html`<div class="quiet">right: <b>${label(flip.expected)}</b>${rightness(flip)}</div>`;
  return html`<figure class="flip">${picture}<figcaption>
<div class="answers"><b>${label(flip.reference.class)}</b> <span aria-label="becomes">→</span> <b>${label(flip.candidate.class)}</b></div>
${expected}
<div class="quiet" title="how far the answer is ahead of the other one: reference → this target">lead ${formatNumber(flip.reference.margin, 3)} → ${formatNumber(flip.candidate.margin, 3)}${flip.nearTie ? ', near tie' : ''}</div>
<div class="quiet">${nameHtml(flip.sample, 28)}</div></figcaption></figure>`;
}

function rightness(flip: Flip): string {
  if (flip.expected === flip.reference.class) return ', lost';
  return flip.expected === flip.candidate.class ? ', gained' : '';
}
