import { expect, test } from 'vitest';
import { plainReason, wholeReason } from '../../harness/fleet/plain-reason.ts';

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
  [
    AROUND_SESSION(
      'An unknown server-side error occurred while processing the command. Original error: session not created: Chrome failed to start: exited normally.\n  (session not created: DevToolsActivePort file does not exist)',
    ),
    'Chrome failed to start: exited normally.',
  ],
  ['unknown error: net::ERR (Session info: chrome=120.0)\n  (Driver info: x)', 'unknown error: net::ERR'],
  [
    'WebDriverError: Unable to connect to "http://127.0.0.1:4723/", make sure browser driver is running on that address.\nIf you use services',
    'Unable to connect to "http://127.0.0.1:4723/"',
  ],
] as const)('%j is told as %j', ([message, reason]) => {
  expect(plainReason(new Error(message))).toBe(reason);
});

test('the log is told all of it, with what was behind it, and no more than a log bears', () => {
  const error = new Error(AROUND_SESSION('no adb'), { cause: new Error('ENOENT') });
  expect(wholeReason(error)).toBe(`${AROUND_SESSION('no adb')}\ncaused by: ENOENT`);
  expect(wholeReason('lost')).toBe('lost');
  expect(wholeReason(new Error('x'.repeat(100_000)))).toHaveLength(8_000);
});

test('what is no error is told as text, and no reason is endless', () => {
  expect(plainReason('lost')).toBe('lost');
  expect(plainReason(new Error('x'.repeat(10_000)))).toHaveLength(500);
});
