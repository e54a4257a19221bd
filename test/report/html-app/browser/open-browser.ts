import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import axe from 'axe-core';
import { afterAll, beforeAll } from 'vitest';
import { remote } from 'webdriverio';
import { renderHtml } from '../../../../harness/report/html/page.ts';
import { hashOf, type Route } from '../../../../harness/report/html-app/route.ts';
import type { ReportInput } from '../../../../harness/report/report-input.ts';

/** Reports in a real Chromium; `session` is what the tests of a file share. */
export interface Session {
  readonly browser: WebdriverIO.Browser;
  /** Opens a report anew at a view; its notes and its theme are gone. */
  readonly open: (name: string, to?: Route | string) => Promise<void>;
}

export type Theme = 'light' | 'dark';

/** Starts the browser for the tests of this file, with the given reports on disk. */
export function useBrowser(reports: Readonly<Record<string, () => ReportInput>>): Session {
  let browser: WebdriverIO.Browser | undefined;
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-report-'));
    for (const [name, input] of Object.entries(reports)) {
      await writeFile(path.join(folder, `${name}.html`), await renderHtml(input()));
    }
    browser = await startBrowser(path.join(folder, 'profile'));
  });

  afterAll(async () => {
    await browser?.deleteSession();
    await rm(folder, { recursive: true, force: true });
  });

  return {
    get browser() {
      return browser!;
    },
    async open(name, to = '') {
      const url = pathToFileURL(path.join(folder, `${name}.html`)).href;
      await browser!.url('about:blank');
      await browser!.url(`${url}${typeof to === 'string' ? to : hashOf(to)}`);
      await browser!.execute(() => localStorage.clear());
      await browser!.refresh();
      await browser!.$('main h1').waitForExist();
      await settled(browser!);
    },
  };
}

function startBrowser(profile: string): Promise<WebdriverIO.Browser> {
  return remote({
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
          `--user-data-dir=${profile}`,
        ],
      },
    } as WebdriverIO.Capabilities,
  });
}

/** Every part that the view asked for is read, and what came of it is drawn. */
export async function settled(browser: WebdriverIO.Browser): Promise<void> {
  await browser.waitUntil(
    () =>
      browser.execute(
        () =>
          new Promise<boolean>((done) =>
            requestAnimationFrame(() =>
              requestAnimationFrame(() =>
                done(!/Reading …|Reading what/.test(document.querySelector('main')?.textContent ?? '')),
              ),
            ),
          ),
      ),
    { timeoutMsg: 'the view goes on reading' },
  );
}

/** What the window and its user prefer; `width` in CSS pixels, below what a real window could be. */
export async function prefer(
  browser: WebdriverIO.Browser,
  {
    width,
    theme,
    media = '',
  }: { readonly width: number; readonly theme: Theme; readonly media?: 'print' | '' },
): Promise<void> {
  await browser.sendCommand('Emulation.setDeviceMetricsOverride', {
    width,
    height: 900,
    deviceScaleFactor: 1,
    mobile: false,
  });
  await browser.sendCommand('Emulation.setEmulatedMedia', {
    media,
    features: [{ name: 'prefers-color-scheme', value: theme }],
  });
}

/** What axe finds wrong: `rule: the element's own markup`. */
export async function axeFindings(browser: WebdriverIO.Browser): Promise<string[]> {
  await browser.execute(axe.source);
  return browser.execute(async () => {
    const page = window as unknown as { axe: typeof axe };
    // Axe tells no contrast on a gradient; the shadows of what scrolls would hide every table from it.
    const shadowed = [...document.querySelectorAll<HTMLElement>('.scroll')];
    for (const place of shadowed) place.style.backgroundImage = 'none';
    const { violations } = await page.axe.run(document, { preload: false, resultTypes: ['violations'] });
    for (const place of shadowed) place.style.backgroundImage = '';
    return violations.flatMap(({ id, nodes }) =>
      nodes.slice(0, 3).map(({ html, failureSummary }) => `${id}: ${html.slice(0, 200)} ${failureSummary}`),
    );
  });
}

/** Elements, outside of what scrolls by itself, that reach beyond the window. */
export function sticksOut(browser: WebdriverIO.Browser): Promise<string[]> {
  return browser.execute(() => {
    const { clientWidth, scrollWidth } = document.documentElement;
    if (scrollWidth <= clientWidth) return [];
    return [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) => element.closest('.scroll, .symbols, .skip') === null || element.matches('.scroll'))
      .filter((element) => element.getBoundingClientRect().right > clientWidth + 1)
      .map((element) => `${element.tagName}.${element.className}`)
      .slice(0, 5)
      .concat(`the page is ${scrollWidth} px wide`);
  });
}
