import { shortenMiddle } from '../display-width.ts';
import { escapeHtml, prose, visible } from '../escape.ts';

/** Text that is HTML already. Only `html` and this file make it, so everything else is escaped by default. */
export interface Markup {
  readonly markup: string;
}

export type Content = Markup | string | number | undefined | readonly Content[];

/** Joins HTML; every interpolated string is escaped, also inside quoted attributes. */
export function html(parts: TemplateStringsArray, ...contents: readonly Content[]): Markup {
  return { markup: parts.map((part, n) => (n === 0 ? part : render(contents[n - 1]) + part)).join('') };
}

export function render(content: Content): string {
  if (content === undefined) return '';
  if (typeof content === 'string') return escapeHtml(content);
  if (typeof content === 'number') return String(content);
  if ('markup' in content) return content.markup;
  return content.map(render).join('');
}

/** Markup that fleetdiff itself wrote: a style sheet, a script. Never text of a run. */
export function trusted(markup: string): Markup {
  return { markup };
}

const NAME_COLUMNS = 64;
const PROSE_COLUMNS = 600;
const MOST_TITLE = 1000;

/** A name from the run: isolated from the text around it, shortened in the middle, in full (up to 1000 characters) as its title. */
export function nameHtml(name: string, columns = NAME_COLUMNS): Markup {
  const full = visible(name);
  const short = shortenMiddle(full, columns);
  return short === full ? html`<bdi>${full}</bdi>` : html`<bdi title="${titleText(full)}">${short}</bdi>`;
}

/** What a title attribute can bear. */
function titleText(text: string): string {
  const full = visible(text);
  return full.length <= MOST_TITLE ? full : `${full.slice(0, MOST_TITLE)}… (${full.length} characters)`;
}

/** A sentence from the run: a reason, a message. */
export function proseHtml(sentence: string): Markup {
  return nameHtml(prose(sentence), PROSE_COLUMNS);
}
