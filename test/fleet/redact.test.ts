import { expect, test } from 'vitest';
import { redactor } from '../../harness/fleet/redact.ts';

const KEY = 'k3y"with\\odd/chars';

test.for<[name: string, text: string, redacted: string]>([
  ['as it is', `key ${KEY}, again ${KEY}`, 'key (secret), again (secret)'],
  ['in JSON', JSON.stringify({ key: KEY }), '{"key":"(secret)"}'],
  ['in JSON in JSON', JSON.stringify(JSON.stringify([KEY])), '"[\\"(secret)\\"]"'],
  ['in a URL', `/?key=${encodeURIComponent(KEY)}`, '/?key=(secret)'],
  [
    'cut off by an ellipsis',
    `{"key":"${KEY.slice(0, 9)}... {"key":"k3y"wi…`,
    '{"key":"(secret)... {"key":"(secret)…',
  ],
  ['not there', 'nothing to hide... here', 'nothing to hide... here'],
])('a secret %s', ([, text, redacted]) => {
  expect(redactor([KEY])(text)).toBe(redacted);
});

test('a secret of many lines is hidden line by line, a longer one before the shorter that it holds', () => {
  expect(redactor(['first\nsecond', 'second-half'])('second-half, first\n  second')).toBe(
    '(secret), (secret)\n  (secret)',
  );
});

test('what is too short to be a secret does not blot out the log', () => {
  expect(redactor(['1', ''])('1 of 1')).toBe('1 of 1');
});

test('long lines take no long time', () => {
  const line = 'x'.repeat(2_000_000);
  const before = performance.now();
  expect(redactor([KEY])(line)).toBe(line);
  expect(performance.now() - before).toBeLessThan(2_000);
});
