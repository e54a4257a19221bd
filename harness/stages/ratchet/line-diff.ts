const CONTEXT = 3;

/** A unified diff between two texts with the same number of lines, as `git apply` and `patch` take it; empty when they are equal. */
export function lineDiff(file: string, before: string, after: string): string {
  const [old, now] = [before.split('\n'), after.split('\n')];
  if (old.length !== now.length) throw new Error('lineDiff is for texts with the same number of lines');
  const changed = old.flatMap((line, index) => (line === now[index] ? [] : [index]));
  if (changed.length === 0) return '';
  // A text that ends with a newline has one line less than it has parts.
  const end = old.at(-1) === '' ? old.length - 1 : old.length;
  const hunks: { from: number; until: number }[] = [];
  for (const index of changed) {
    const from = Math.max(0, index - CONTEXT);
    const until = Math.min(end, index + CONTEXT + 1);
    const last = hunks.at(-1);
    if (last !== undefined && from <= last.until) last.until = until;
    else hunks.push({ from, until });
  }
  const body = hunks.flatMap(({ from, until }) => [
    `@@ -${from + 1},${until - from} +${from + 1},${until - from} @@`,
    ...hunkLines(old, now, from, until, end),
  ]);
  return `${[`--- a/${file}`, `+++ b/${file}`, ...body].join('\n')}\n`;
}

function hunkLines(
  old: readonly string[],
  now: readonly string[],
  from: number,
  until: number,
  end: number,
): string[] {
  const lines: string[] = [];
  const isLastOpen = end === old.length;
  const told = (sign: string, text: string, index: number) => {
    lines.push(`${sign}${text}`);
    if (isLastOpen && index === end - 1) lines.push('\\ No newline at end of file');
  };
  for (let index = from; index < until; index += 1) {
    const [before, after] = [old[index]!, now[index]!];
    if (before === after) told(' ', before, index);
    else {
      told('-', before, index);
      told('+', after, index);
    }
  }
  return lines;
}
