import { expect, test } from 'vitest';
import { displayWidth } from '../../../harness/report/display-width.ts';
import { entryLines, labelColumns } from '../../../harness/report/terminal/list-lines.ts';

test('words stand in a column beside the label', () => {
  const entry = { sign: '✔', label: 'pixel-8', words: ['Google Tensor G3', 'Android 14'] };
  expect(entryLines(entry, 9, 80)).toEqual(['✔ pixel-8    Google Tensor G3', '             Android 14']);
});

test('names and words of any length keep within the width', () => {
  const label = 'n'.repeat(200);
  const lines = entryLines(
    { label, words: ['word '.repeat(60), 'w'.repeat(300)] },
    labelColumns([label], 80),
    80,
  );
  expect(lines.filter((line) => displayWidth(line) > 80)).toEqual([]);
  expect(lines.join('').match(/word/g)).toHaveLength(60);
});

test('a label without words is a line of its own', () => {
  expect(entryLines({ label: 'a', words: [] }, 3, 80)).toEqual(['a']);
});
