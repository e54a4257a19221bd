import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remote } from 'webdriverio';
import { renderHtml } from '../../../harness/report/html/page.ts';
import { hostileRun } from '../hostile-run.ts';
import { sampleRun } from '../sample-run.ts';

/** What a reviewer clicks, reads and searches, in the browser that `npm test` provides. */
let browser: WebdriverIO.Browser;
let folder: string;
const loadInput = async () => ({
  kind: 'image' as const,
  channels: 1 as const,
  rows: 28,
  cols: 28,
  pixels: new Uint8Array(784).fill(200),
});

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-report-'));
  await writeFile(path.join(folder, 'sample.html'), await renderHtml({ ...sampleRun(), loadInput }));
  await writeFile(path.join(folder, 'hostile.html'), await renderHtml({ ...hostileRun(), loadInput }));
  browser = await remote({
    logLevel: 'error',
    capabilities: {
      browserName: 'chrome',
      'wdio:enforceWebDriverClassic': true,
      'wdio:chromedriverOptions': { binary: '/usr/bin/chromedriver' },
      'goog:loggingPrefs': { browser: 'ALL' },
      'goog:chromeOptions': {
        binary: '/usr/bin/chromium',
        args: [
          '--headless=new',
          '--no-sandbox',
          '--disable-dev-shm-usage',
          '--disable-gpu',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
          `--user-data-dir=${path.join(folder, 'profile')}`,
        ],
      },
    } as WebdriverIO.Capabilities,
  });
});

afterAll(async () => {
  await browser?.deleteSession();
  await rm(folder, { recursive: true, force: true });
});

const open = (page: string, hash = '') =>
  browser.url(`${pathToFileURL(path.join(folder, page)).href}${hash}`);

const shown = (selector: string): Promise<string[]> =>
  browser.execute(
    (query) =>
      [...document.querySelectorAll<HTMLElement>(query)]
        .filter((element) => element.offsetParent !== null)
        .map((element) => element.querySelector('.target-name')?.textContent ?? ''),
    selector,
  );

test('the policy blocks nothing of ours, and nothing is written to the console', async () => {
  await open('sample.html');
  expect(await browser.execute(() => document.documentElement.classList.contains('scripted'))).toBe(true);
  expect(await browser.execute(() => getComputedStyle(document.body).margin)).toBe('0px');
  expect(await browser.execute(() => [...document.images].every((image) => image.naturalWidth === 28))).toBe(
    true,
  );
  expect(await browser.getLogs('browser')).toEqual([]);
});

test('a link from the matrix opens the details of its target', async () => {
  await open('sample.html');
  await browser.execute(() =>
    document.querySelector<HTMLElement>('.matrix a[href="#t-cortex-a53-cpu"]')!.click(),
  );
  await browser.waitUntil(() =>
    browser.execute(() => document.querySelector<HTMLDetailsElement>('#t-cortex-a53-cpu')!.open),
  );
  await open('sample.html', '#t-haswell-cpu');
  await browser.waitUntil(() =>
    browser.execute(() => document.querySelector<HTMLDetailsElement>('#t-haswell-cpu')!.open),
  );
});

test('the text filter and the verdict filter narrow findings, matrix and details alike', async () => {
  await open('sample.html');
  await browser.$('#filter-text').setValue('arm cortex');
  expect(await shown('details.target')).toEqual(['cortex-a53/cpu', 'cortex-a76/cpu']);
  expect(await shown('.matrix tbody tr')).toEqual(['cortex-a53/cpu', 'cortex-a76/cpu']);
  expect(await shown('.findings > li')).toEqual([]);
  expect(await browser.$('#filter-count').getText()).toBe('2 of 11 targets shown');
  expect(await browser.$('[data-empty-for=findings]').isDisplayed()).toBe(true);
  await browser.$('#filter-text').setValue('haswell');
  await browser.$('#filter-status').selectByAttribute('value', 'WAIVED');
  expect(await shown('.findings > li')).toEqual(['haswell/cpu']);
});

test('a click on a heading sorts the matrix, a second one turns it round', async () => {
  await open('sample.html');
  const verdicts = () => shown('.matrix tbody tr');
  const head = browser.$('.matrix th:nth-child(3) button');
  await head.click();
  const sorted = await verdicts();
  expect(sorted[0]).toBe('nehalem/cpu');
  await head.click();
  expect((await verdicts()).at(-1)).toBe('nehalem/cpu');
  expect(await browser.$('.matrix th:nth-child(3)').getAttribute('aria-sort')).toBe('descending');
});

test('the theme button goes from auto to dark to light, and the choice lasts', async () => {
  await open('sample.html');
  const ground = () => browser.execute(() => getComputedStyle(document.body).backgroundColor);
  await browser.$('#theme').click();
  const dark = await ground();
  await open('sample.html');
  expect(await ground()).toBe(dark);
  await browser.$('#theme').click();
  expect(await ground()).not.toBe(dark);
});

test.for([360, 1280, 2560])('at %d px nothing runs out of the window sideways', async (width) => {
  await browser.setWindowSize(width, 900);
  // A headless window is at least 500 px wide: the narrow layout applies there, and the page itself is made narrower.
  for (const page of ['sample.html', 'hostile.html']) {
    await open(page);
    const overflow = await browser.execute((columns) => {
      for (const details of document.querySelectorAll('details')) details.open = true;
      document.documentElement.style.width = `${columns}px`;
      const edge = document.documentElement.getBoundingClientRect().left + columns + 1;
      return [...document.querySelectorAll<HTMLElement>('body *')]
        .filter((element) => element.closest('.scroll, .symbols') === null || element.matches('.scroll'))
        .filter((element) => element.getBoundingClientRect().right > edge)
        .map((element) => `${element.tagName}.${element.className}`)
        .slice(0, 5);
    }, width);
    expect(overflow).toEqual([]);
  }
});

test('hostile names run nothing', async () => {
  await open('hostile.html');
  expect(await browser.getLogs('browser')).toEqual([]);
  expect(await browser.execute(() => document.querySelectorAll('[onerror],[onmouseover]').length)).toBe(0);
});
