import { expect, test } from 'vitest';
import { LineReader } from '../../harness/appium-soc-driver/src/line-reader.ts';

test.for([
  ['lines in one chunk', ['a\nb\n'], ['a', 'b']],
  ['a line in pieces', ['a', 'b', 'c\nd'], ['abc']],
  ['an empty line', ['\n\n'], ['', '']],
  ['Windows line ends', ['a\r', '\nb\r\n'], ['a', 'b']],
] as const)('%s', ([, chunks, lines]) => {
  const read: string[] = [];
  const reader = new LineReader(
    100,
    (line) => read.push(line),
    () => {},
  );
  for (const chunk of chunks) reader.push(Buffer.from(chunk));
  expect(read).toEqual(lines);
});

test('a character that two chunks share stays whole', () => {
  const read: string[] = [];
  const reader = new LineReader(
    100,
    (line) => read.push(line),
    () => {},
  );
  const bytes = Buffer.from('数\n');
  reader.push(bytes.subarray(0, 2));
  reader.push(bytes.subarray(2));
  expect(read).toEqual(['数']);
});

test('a line without an end is given up', () => {
  let overlong = 0;
  const reader = new LineReader(
    10,
    () => {},
    () => {
      overlong += 1;
    },
  );
  reader.push(Buffer.from('0123456789'));
  expect(overlong).toBe(0);
  reader.push(Buffer.from('x'));
  expect(overlong).toBe(1);
});
