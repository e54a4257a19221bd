const GRAPHEMES = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** East Asian wide blocks of Unicode's EastAsianWidth, coarsely: the blocks, not their gaps. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

/** Longest real graphemes (families, flags of regions) stay whole; a tower of combining marks does not. */
const MOST_CODE_POINTS = 12;

function graphemes(text: string): string[] {
  return Array.from(GRAPHEMES.segment(text), ({ segment }) =>
    segment.length <= MOST_CODE_POINTS ? segment : Array.from(segment).slice(0, MOST_CODE_POINTS).join(''),
  );
}

/** ASCII, Latin-1 and what fleetdiff itself writes beside (… – → − ≤ ≥): each is a grapheme of its own, one column wide. */
function isLatin(text: string): boolean {
  return /^[ -~\u00a1-\u00ac\u00ae-\u00ff\u2013\u2026\u2192\u2212\u2264\u2265]*$/.test(text);
}

function graphemeWidth(grapheme: string): number {
  return WIDE.test(grapheme) ? 2 : 1;
}

/** Columns of a terminal that the text takes. The text holds no control characters (`visible`). */
export function displayWidth(text: string): number {
  if (isLatin(text)) return text.length;
  return widthOf(graphemes(text));
}

function widthOf(parts: readonly string[]): number {
  return parts.reduce((sum, part) => sum + graphemeWidth(part), 0);
}

/** Segmenting is slow, and Latin letters need none. */
function unitsOf(text: string): string[] {
  return isLatin(text) ? text.split('') : graphemes(text);
}

/** At most `columns` wide; what is cut is cut from the middle, because names differ at their ends. */
export function shortenMiddle(text: string, columns: number): string {
  if (isLatin(text) && text.length <= columns) return text;
  const parts = unitsOf(text);
  if (widthOf(parts) <= columns) return parts.join('');
  const budget = columns - 1;
  const head = takeWhileFits(parts, Math.ceil(budget / 2));
  const tail = takeWhileFits(parts.toReversed(), budget - widthOf(head)).toReversed();
  return `${head.join('')}…${tail.join('')}`;
}

/** At most `columns` wide, cut at the end. */
export function shortenEnd(text: string, columns: number): string {
  if (isLatin(text) && text.length <= columns) return text;
  const parts = unitsOf(text);
  if (widthOf(parts) <= columns) return parts.join('');
  return `${takeWhileFits(parts, columns - 1)
    .join('')
    .trimEnd()}…`;
}

function takeWhileFits(parts: readonly string[], columns: number): string[] {
  let width = 0;
  const taken: string[] = [];
  for (const part of parts) {
    width += graphemeWidth(part);
    if (width > columns) break;
    taken.push(part);
  }
  return taken;
}

export function padEndTo(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - displayWidth(text)));
}

/** Breaks at spaces into lines at most `columns` wide. A longer word is broken inside, or stays whole so that it can be copied. */
export function wrap(text: string, columns: number, longWords: 'broken' | 'whole' = 'broken'): string[] {
  const lines: string[] = [];
  let line = '';
  const words = text.split(' ');
  for (const word of longWords === 'whole' ? words : words.flatMap((part) => pieces(part, columns))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && displayWidth(longer) > columns) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

function pieces(word: string, columns: number): string[] {
  if (displayWidth(word) <= columns) return [word];
  const parts = unitsOf(word);
  const result: string[] = [];
  for (let start = 0; start < parts.length; ) {
    // No piece is longer in parts than in columns, for a part is one column wide at least.
    const taken = Math.max(1, takeWhileFits(parts.slice(start, start + columns), columns).length);
    result.push(parts.slice(start, start + taken).join(''));
    start += taken;
  }
  return result;
}
