import { expect, test } from 'vitest';
import { liveProgress } from '../../../harness/cli/progress/live-progress.ts';
import { openProgress } from '../../../harness/cli/progress/progress.ts';
import { BEGUN, event, PLAN, QUEUED } from './events.ts';

/** What listr2 needs of a terminal, and all that was written to it. */
function terminal(columns = 80) {
  const written: string[] = [];
  const stream = {
    isTTY: true,
    columns,
    rows: 30,
    write: (text: string) => written.push(String(text)) > 0,
  };
  return { stream: stream as unknown as NodeJS.WriteStream, text: () => written.join('') };
}

const LOOK = { columns: 80, colour: false, ascii: false };
const HIDE = '\u001b[?25l';
const SHOW = '\u001b[?25h';

test('a stage that is done leaves one line, and the cursor', async () => {
  const { stream, text } = terminal();
  const progress = liveProgress(stream, LOOK);
  expect(
    await progress.stage(
      'compare',
      async () => 7,
      (n) => `${n} comparisons`,
    ),
  ).toBe(7);
  expect(text()).toMatch(/✔ compare {3}7 comparisons {2}\d+ ms\r?\n/);
  expect(text().lastIndexOf(SHOW)).toBeGreaterThan(text().lastIndexOf(HIDE));
});

test('a failed capture is told before the stage ends, and stays', async () => {
  const { stream, text } = terminal();
  const progress = liveProgress(stream, LOOK);
  let seen = '';
  await progress.stage('capture', async () => {
    const tell = progress.capturing(PLAN);
    for (const each of [BEGUN, ...QUEUED, event('session', 'a/x', 1)]) tell(each);
    tell(event('failed', 'a/x', 2, 'the board is off'));
    const deadline = Date.now() + 5_000;
    while (!text().includes('the board is off') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 20));
    seen = text();
  });
  expect(seen).toContain('✖ a/x: the board is off');
  expect(seen).toContain('1/3 captures, 1 failed');
  const last = text().slice(text().lastIndexOf('✖ capture'));
  expect(last).toContain('✖ capture   1/3 captures, 1 failed');
  expect(last).toContain('✖ a/x: the board is off');
});

test('what the work throws is thrown on; the stream is given back', async () => {
  const { stream, text } = terminal();
  const { write } = stream;
  const progress = liveProgress(stream, LOOK);
  await expect(progress.stage('judge', () => Promise.reject(new Error('no budgets')))).rejects.toThrow(
    'no budgets',
  );
  expect(text()).toContain('✖ judge     ended early');
  expect(stream.write).toBe(write);
  expect(text().endsWith(SHOW)).toBe(true);
});

test('what others write meanwhile comes after the stage, whole', async () => {
  const { stream, text } = terminal();
  await liveProgress(stream, LOOK).stage('render', async () => {
    // Once the stage is drawn; before, nothing needs to be kept back.
    const deadline = Date.now() + 5_000;
    while (!text().includes('render') && Date.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, 5));
    stream.write('a warning\n');
  });
  expect(text().indexOf('a warning')).toBeGreaterThan(text().indexOf('✔ render'));
});

test('without UTF-8 the signs are ASCII', async () => {
  const { stream, text } = terminal();
  await liveProgress(stream, { ...LOOK, ascii: true }).stage('plan', async () => {});
  expect(text()).toContain('+ plan');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII
  expect(text()).toMatch(/^[\x00-\x7f]+$/);
});

test('a terminal that does not know its width gets plain lines', async () => {
  const { stream, text } = terminal(0);
  await openProgress({}, stream).stage(
    'compare',
    async () => 7,
    (n) => `${n} comparisons`,
  );
  expect(text()).toMatch(/^compare .*7 comparisons/m);
  expect(text()).not.toContain('\u001b[');
});
