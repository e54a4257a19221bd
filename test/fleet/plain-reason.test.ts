import { expect, test } from 'vitest';
import { plainReason } from '../../harness/fleet/plain-reason.ts';

const AROUND_SESSION = (reason: string) =>
  `WebDriverError: A new session could not be created. Details: ${reason}\n when running "http://127.0.0.1:4723/session" with method "POST"`;

test.for([
  ['socket hang up', 'socket hang up'],
  ['gone\n    at server.js:1', 'gone'],
  [AROUND_SESSION('The emulator knows no CPU "a35x".'), 'The emulator knows no CPU "a35x".'],
  [
    AROUND_SESSION(
      'An unknown server-side error occurred while processing the command. Original error: no adb',
    ),
    'no adb',
  ],
  ['Failed to create session.\nThe browser did not start.', 'The browser did not start.'],
  ['WebDriverError: no answer when running "execute/async" with method "POST" and args "[]"', 'no answer'],
  [
    'WebDriverError: A new session could not be created. Details:',
    'WebDriverError: A new session could not be created. Details:',
  ],
  ['it failed when running the model', 'it failed when running the model'],
] as const)('%j is told as %j', ([message, reason]) => {
  expect(plainReason(new Error(message))).toBe(reason);
});

test('what is no error is told as text, and no reason is endless', () => {
  expect(plainReason('lost')).toBe('lost');
  expect(plainReason(new Error('x'.repeat(10_000)))).toHaveLength(500);
});
