import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { remote } from 'webdriverio';
import { renderHtml } from '../../harness/report/html/page.ts';
import { type RunServer, serveRuns } from '../../harness/serve/server.ts';
import { HOSTILE, hostileRun } from '../report/hostile-run.ts';
import { sampleRun, shippableRun } from '../report/sample-run.ts';
import { linkLatestTo, makeReportsFolder, writeRun } from './run-folders.ts';

/** The list as the nightly operator sees it, in the browser that `npm test` provides. */
let browser: WebdriverIO.Browser;
let server: RunServer;
let removeFolder: () => Promise<void>;

beforeAll(async () => {
  const { folder, remove } = await makeReportsFolder();
  removeFolder = remove;
  const reports = path.join(folder, 'reports');
  await writeRun(reports, '2026-11-22T13-05-12Z-1f3c', sampleRun(), {
    'report.html': await renderHtml(sampleRun()),
    'summary.md': '### words',
    'junit.xml': '<testsuites/>',
  });
  await writeRun(reports, '2026-11-21T13-05-12Z-1f3c', shippableRun());
  await writeRun(reports, HOSTILE.attribute.replaceAll('/', ''), { ...hostileRun(), captures: [] });
  await writeRun(reports, 'torn', sampleRun(), { 'verdicts.json': '<img src=x onerror=alert(1)>' });
  await linkLatestTo(reports, '2026-11-22T13-05-12Z-1f3c');
  server = await serveRuns({ kind: 'folder', root: reports }, 0);
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
  await server?.close();
  await removeFolder?.();
});

const open = (target = '') => browser.url(`${server.url}${target}`);

/** Classes of the rows that are there to be seen: their outcomes. */
const shown = (): Promise<string[]> =>
  browser.execute(() =>
    [...document.querySelectorAll<HTMLElement>('tbody tr')]
      .filter((row) => row.offsetParent !== null)
      .map((row) => row.className),
  );

async function look(width: number, scheme: 'light' | 'dark'): Promise<void> {
  await browser.sendCommandAndGetResult('Emulation.setDeviceMetricsOverride', {
    width,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await browser.sendCommandAndGetResult('Emulation.setEmulatedMedia', {
    features: [{ name: 'prefers-color-scheme', value: scheme }],
  });
}

test('words and verdict filter the list, and the link keeps what was chosen', async () => {
  await open();
  expect((await shown()).sort()).toEqual(['damaged', 'damaged', 'ship', 'unknown']);
  await browser.$('input[name=text]').setValue('MAY SHIP: yes');
  expect(await shown()).toEqual(['ship']);
  expect(await browser.$('[data-shown]').getText()).toBe('1 of 4 shown');
  await browser.$('input[name=text]').setValue('');
  await browser.$('select[name=outcome]').selectByAttribute('value', 'damaged');
  expect(await shown()).toEqual(['damaged', 'damaged']);
  await browser.refresh();
  expect(await shown()).toEqual(['damaged', 'damaged']);
  await open('?text=nehalem');
  expect(await shown()).toEqual(['unknown']);
});

test('the newest run leads to its report, which its policy lets work, and nothing is written to the console', async () => {
  await open();
  await browser.$('tbody a.outcome[href*="2026-11-22"]').click();
  await browser.waitUntil(() => browser.execute(() => document.querySelector('#app h1') !== null));
  expect(await browser.getUrl()).toBe(`${server.url}runs/2026-11-22T13-05-12Z-1f3c/report.html`);
  expect(await browser.execute(() => getComputedStyle(document.body).margin)).toBe('0px');
  expect(await browser.getLogs('browser')).toEqual([]);
});

test.for([
  [1280, 'light'],
  [1280, 'dark'],
  [360, 'light'],
  [360, 'dark'],
] as const)('%i px wide and %s: everybody can read it, and nothing is cut off', async ([width, scheme]) => {
  await look(width, scheme);
  await open();
  const axe = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  await browser.execute(axe);
  const found = await browser.executeAsync((done: (words: string[]) => void) => {
    const { axe: checker } = window as unknown as {
      axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> };
    };
    void checker
      .run()
      .then(({ violations }) => done(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)));
  });
  expect(found).toEqual([]);
  const { wide, small } = await browser.execute(() => ({
    wide: document.documentElement.scrollWidth,
    small: [...document.querySelectorAll('body *')].filter(
      (element) => Number.parseFloat(getComputedStyle(element).fontSize) < 12,
    ).length,
  }));
  expect(wide).toBeLessThanOrEqual(width);
  expect(small).toBe(0);
});
