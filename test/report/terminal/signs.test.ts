import pico from 'picocolors';
import { expect, test } from 'vitest';
import { STATUSES } from '../../../harness/domain/run-files.ts';
import { displayWidth } from '../../../harness/report/display-width.ts';
import { asciiText, STATUS_SIGNS, statusLabel } from '../../../harness/report/terminal/signs.ts';

test('every status has a sign of its own, one column wide, in Unicode and in ASCII', () => {
  const signs = STATUSES.map((status) => STATUS_SIGNS[status]);
  for (const told of [signs, signs.map(asciiText)]) {
    expect(new Set(told).size).toBe(STATUSES.length);
    expect(told.map(displayWidth)).toEqual(STATUSES.map(() => 1));
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  expect(asciiText(signs.join(''))).toMatch(/^[\x00-\x7f]+$/);
});

test('ASCII takes as many columns, and leaves names alone', () => {
  expect(asciiText('a · b … 4 × 3 → ✔')).toBe('a - b ~ 4 x 3 > +');
  expect(asciiText('atol + rtol·|reference|, ▁▂▃▄▅▆▇█')).toBe('atol + rtol*|reference|, .:-=+*%#');
  expect(asciiText('Zürich 電話')).toBe('Zürich 電話');
});

test('a label is its sign and word, as wide as its column', () => {
  const plain = pico.createColors(false);
  expect(statusLabel('FAIL', 12, plain)).toBe('✖ FAIL      ');
  expect(statusLabel('FAIL', 12, pico.createColors(true))).toContain('✖ FAIL      ');
});
