import { expect, test } from 'vitest';
import type { Route } from '../../../harness/report/html-app/route.ts';
import { prefer, useBrowser } from '../html-app/browser/open-browser.ts';
import { exploredRun } from '../html-app/explored-run.ts';

/** What the views say of their numbers: of which case, of which target, by which rule. */

const session = useBrowser({ explored: exploredRun });

const suite = 'digits-int8';
const haswell: Route = { view: 'tensor', suite, target: 'haswell/cpu', tensor: 'logits' };

/** Cells of the table's row that has these words, as they read. */
const cellsOf = (table: string, words: string) =>
  session.browser.execute(
    (label, own) =>
      [...document.querySelectorAll(`[aria-label="${label}"] tr`)]
        .filter((row) => row.textContent.includes(own))
        .map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent.trim()))[0],
    table,
    words,
  );
const headsOf = (table: string) =>
  session.browser.execute(
    (label) =>
      [...document.querySelectorAll(`[aria-label="${label}"] thead th`)].map((cell) => cell.textContent),
    table,
  );
const textOf = (selector = 'main') => session.browser.$(selector).getText();

const LIMITS = 'Metrics beside their limits';

test('the limits of a case tell its own values from those of all cases', async () => {
  await session.open('explored', { ...haswell, case: 'digits-000' });
  expect((await headsOf(LIMITS)).slice(1, 5)).toEqual(['Metric', 'This case', 'Found', 'Allowed']);
  expect((await cellsOf(LIMITS, 'max_steps'))?.slice(2, 5)).toEqual([
    '1 step',
    '19 stepsworst of all cases',
    '≤ 2 steps',
  ]);
  expect((await cellsOf(LIMITS, 'top1_agreement'))?.slice(2, 4)).toEqual([
    '100 %',
    '98.5 %all cases together',
  ]);
});

test('the elements of two targets stand under the names of the two, whichever way round', async () => {
  const [first, second] = ['haswell/cpu', 'cortex-a76/cpu'] as const;
  for (const [reference, candidate] of [
    [first, second],
    [second, first],
  ] as const) {
    await session.open('explored', { view: 'compare', suite, reference, candidate });
    expect(await textOf()).toContain(`${second} takes the reference's place, whichever of the two is chosen`);
    expect(await headsOf('Elements that are furthest apart')).toEqual(['Case', 'Index', second, first]);
  }
});

test('a class says which of its limits is nearest, not which one is met exactly', async () => {
  await session.open('explored', { view: 'classes', suite, tensor: 'logits' });
  const words = await textOf('.class-list');
  expect(words).toContain('max_steps 1, allowed ≤ 2');
  expect(words).not.toContain('nonfinite');
});

test('the title says which view it is, and on the overview how the run went', async () => {
  const { browser } = session;
  await session.open('explored', haswell);
  expect(await browser.getTitle()).toBe('haswell/cpu · logits · fleetdiff');
  await browser.$('nav').$('a=Overview').click();
  await browser.waitUntil(async () => (await browser.getTitle()).startsWith('May ship: cannot tell'));
});

test('the words under a changed answer are explained once', async () => {
  await session.open('explored', haswell);
  const words = await textOf();
  expect(words).toContain('right: 4, lost');
  expect(words).toContain('lost where only the reference says it, gained where only this target does.');
  expect(
    words.split("Lead: the first answer's score minus the second's, reference → this target.").length,
  ).toBe(2);
});

test('on a phone what was found stands in sight', async () => {
  const { browser } = session;
  await prefer(browser, { width: 360, theme: 'light' });
  await session.open('explored', haswell);
  const right = await browser.execute(
    () => document.querySelector('.verdicts tbody td.number')!.getBoundingClientRect().right,
  );
  expect(right).toBeLessThan(360);
});

test('what is wider than its place shows that there is more', async () => {
  const { browser } = session;
  await prefer(browser, { width: 360, theme: 'light' });
  await session.open('explored', haswell);
  const [grounds, breaks] = await browser.execute(() => [
    getComputedStyle(document.querySelector('.scroll')!).backgroundAttachment,
    [...document.querySelectorAll('.worst-table th bdi, .worst-table .index')].filter(
      (cell) => cell.getClientRects().length > 1,
    ).length,
  ]);
  expect(grounds).toBe('local, local, scroll, scroll');
  expect(breaks).toBe(0);
});
