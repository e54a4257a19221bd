import { beforeAll, expect, test } from 'vitest';
import { renderHtml } from '../../../harness/report/html/page.ts';
import { decodeHead } from '../../../harness/report/page-data/decode-page.ts';
import { useBrowser } from '../html-app/browser/open-browser.ts';
import { largeRun } from '../large-run.ts';
import { partsOf } from '../read-page.ts';

/** 1,000 targets × 300 tensors, 5 % of them different: the report of a large fleet. Made in some 20 s. */

const run = () => largeRun({ targets: 1000, tensors: 300, diverging: 0.05, answers: 24 });
const session = useBrowser({ large: run });

/** When the matrix is painted, in ms after the page was asked for; docs/performance.md has the figure of a quiet machine. */
const WATCH = `
addEventListener('DOMContentLoaded', () => {
  const look = () => document.querySelector('.matrix-large canvas')
    ? requestAnimationFrame(() => setTimeout(() => { window.readyMs = performance.now(); }))
    : setTimeout(look, 5);
  look();
});`;

beforeAll(async () => {
  await session.browser.sendCommand('Page.addScriptToEvaluateOnNewDocument', { source: WATCH });
});

test('it opens at the verdict and the whole matrix, with few elements', async () => {
  const { browser } = session;
  await session.open('large');
  await browser.$('.matrix-large canvas').waitForExist();
  await browser.waitUntil(() =>
    browser.execute(() => (window as { readyMs?: number }).readyMs !== undefined),
  );
  const [characters, readyMs, elements] = await browser.execute(
    () =>
      [
        document.documentElement.outerHTML.length,
        (window as { readyMs?: number }).readyMs,
        document.querySelectorAll('#app *').length,
      ] as const,
  );
  console.log(
    `1,000 targets × 300 tensors: ${(characters / 1e6).toFixed(1)} MB, matrix painted after ${Math.round(readyMs!)} ms`,
  );
  expect(characters).toBeLessThan(8e6);
  expect(elements).toBeLessThan(3000);
  expect(await browser.$('.matrix-settings').getText()).toContain('1000 rows × 301 columns');
});

test('arrow keys walk over its cells, and Enter opens one', async () => {
  const { browser } = session;
  await session.open('large', '#/?group=none');
  const matrix = browser.$('.matrix-large');
  await matrix.waitForExist();
  await browser.execute(() => document.querySelector<HTMLElement>('.matrix-large')!.focus());
  await browser.keys(['ArrowDown', 'ArrowRight', 'ArrowRight', 'ArrowDown']);
  const said = await browser.$('#matrix-cursor').getText();
  expect(said).toMatch(/^phone-\d+\/\w+, block0\/layer\.\d\/output: /);
  await browser.keys('Enter');
  await browser.waitUntil(async () => (await browser.getUrl()).includes('#/tensor/large-int8/phone-'));
  expect(await browser.$('main h1').getText()).toContain('block0');
});

test('rows far down are there when one scrolls to them', async () => {
  const { browser } = session;
  await session.open('large', '#/?group=none');
  await browser.$('.matrix-large canvas').waitForExist();
  await browser.execute(() => {
    const matrix = document.querySelector('.matrix-large')!;
    matrix.scrollTop = matrix.scrollHeight;
  });
  await browser.waitUntil(() =>
    browser.execute(() => document.querySelector('.matrix-large')!.textContent!.includes('phone-249/npu')),
  );
  expect(await browser.getLogs('browser')).toEqual([]);
});

test('where every target answers differently the page stays small, and says what it leaves out', async () => {
  const everything = largeRun({
    targets: 200,
    tensors: 130,
    diverging: 1,
    answers: Number.POSITIVE_INFINITY,
  });
  const page = await renderHtml(everything);
  expect(page.length).toBeLessThan(8e6);
  const head = decodeHead(JSON.parse(partsOf(page).get('head')!));
  const held = head.entries.filter(({ part }) => part !== undefined);
  expect(head.leftOut).toBe(head.entries.length - held.length);
  expect(head.leftOut).toBeGreaterThan(1000);
  // What is left out is what matters least.
  expect(held.filter(({ status }) => status === 'FAIL').length).toBeGreaterThan(1000);
  expect(head.entries.some(({ status, part }) => status === 'PASS' && part === undefined)).toBe(true);
}, 120_000);
