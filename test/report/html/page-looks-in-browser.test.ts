import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Route } from '../../../harness/report/html-app/route.ts';
import { HOSTILE, hostileRun } from '../hostile-run.ts';
import { axeFindings, prefer, settled, sticksOut, useBrowser } from '../html-app/browser/open-browser.ts';
import { VIEWS } from '../html-app/browser/views.ts';
import { exploredRun } from '../html-app/explored-run.ts';
import { largeRun } from '../large-run.ts';

/** How every view looks in a real Chromium: read by axe, at all widths, in the light and in the dark, with hostile names. */

const SCREENS = path.resolve(import.meta.dirname, '../../../reports/test-screens');
mkdirSync(SCREENS, { recursive: true });

const session = useBrowser({
  explored: exploredRun,
  hostile: hostileRun,
  fleet: () => largeRun({ targets: 40, tensors: 12, diverging: 0.05, answers: 3 }),
});

const WIDTHS = [360, 1280, 2560];

test.for(VIEWS)(
  '$name: axe is content, nothing sticks out, the console is empty, nothing is requested',
  async (view) => {
    const { browser } = session;
    for (const theme of ['light', 'dark'] as const) {
      await prefer(browser, { width: 1280, theme });
      await session.open('explored', view.to);
      expect(await axeFindings(browser)).toEqual([]);
      // What is wide is so in any colour.
      for (const width of theme === 'dark' ? [360, 1280] : WIDTHS) {
        await prefer(browser, { width, theme });
        await settled(browser);
        expect(await sticksOut(browser)).toEqual([]);
        if (width < 2560)
          await browser.saveScreenshot(path.join(SCREENS, `${view.name}-${width}-${theme}.png`));
      }
    }
    expect(await smallText()).toEqual([]);
    expect(await browser.getLogs('browser')).toEqual([]);
    expect(await requests()).toEqual([]);
  },
);

const suite = hostileRun().plan.suites[0]!.name;
const [first, second] = hostileRun().captures.filter(({ status }) => status === 'captured');

const HOSTILE_VIEWS: readonly (readonly [string, Route])[] = [
  ['overview', { view: 'overview' }],
  ...hostileRun()
    .captures.slice(0, 2)
    .map(({ target }) => ['target', { view: 'target', suite, target }] as const),
  ['tensor', { view: 'tensor', suite, target: first!.target, tensor: 'logits' }],
  ['classes', { view: 'classes', suite }],
  ['compare', { view: 'compare', suite, reference: first!.target, candidate: second!.target }],
  ['notes', { view: 'notes' }],
  ['no view', { view: 'tensor', suite: HOSTILE.script, target: `${HOSTILE.image}/x`, tensor: HOSTILE.long }],
];

test.for(HOSTILE_VIEWS)('hostile names in %s are text and run nothing', async ([, to]) => {
  const { browser } = session;
  for (const width of WIDTHS) {
    await prefer(browser, { width, theme: 'light' });
    if (width === 360) await session.open('hostile', to);
    await settled(browser);
    expect(await sticksOut(browser)).toEqual([]);
  }
  await prefer(browser, { width: 1280, theme: 'dark' });
  expect(await axeFindings(browser)).toEqual([]);
  const { handlers, scripts, text } = await browser.execute(() => ({
    handlers: document.querySelectorAll('[onerror],[onmouseover],img[src="x"],b[onmouseover]').length,
    scripts: document.querySelectorAll('script[type="module"], script:not([type])').length,
    text: [...document.querySelectorAll('header, main')].map((part) => part.textContent).join('\n'),
  }));
  expect([handlers, scripts]).toEqual([0, 1]);
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/);
  expect(text).not.toMatch(/n{700}/);
  expect(await browser.getLogs('browser')).toEqual([]);
  expect(await requests()).toEqual([]);
});

test.for<Route>([
  { view: 'overview' },
  { view: 'classes', suite: 'large-int8' },
  { view: 'compare', suite: 'large-int8', reference: 'phone-000/cpu', candidate: 'phone-001/gpu' },
])('many targets and tensors: $view', async (to) => {
  const { browser } = session;
  for (const width of WIDTHS) {
    await prefer(browser, { width, theme: 'light' });
    if (width === 360) await session.open('fleet', to);
    await settled(browser);
    expect(await sticksOut(browser)).toEqual([]);
  }
  expect(await axeFindings(browser)).toEqual([]);
  expect(await browser.execute(() => document.querySelectorAll('main *').length)).toBeLessThan(4000);
  await browser.saveScreenshot(path.join(SCREENS, `fleet-${to.view}.png`));
});

test('on paper the page is black on white, without controls, and with what was folded', async () => {
  const { browser } = session;
  await prefer(browser, { width: 700, theme: 'dark', media: 'print' });
  await session.open('explored', { view: 'target', suite: 'digits-int8', target: 'haswell/cpu' });
  await browser.execute(() => window.dispatchEvent(new Event('beforeprint')));
  const seen = await browser.execute(() => ({
    folds: document.querySelectorAll('details:not([open])').length,
    ground: getComputedStyle(document.documentElement).getPropertyValue('--page'),
    ink: getComputedStyle(document.body).color,
    controls: [...document.querySelectorAll<HTMLElement>('button:not(th button), input, select, nav')].filter(
      (element) => element.getClientRects().length > 0,
    ).length,
  }));
  expect(seen).toEqual({ folds: 0, ground: '#fff', ink: 'rgb(27, 29, 32)', controls: 0 });
  expect(await browser.execute(() => document.querySelectorAll('details').length)).toBeGreaterThan(0);
  await browser.saveScreenshot(path.join(SCREENS, 'print.png'));
  for (const { to } of VIEWS) {
    await session.open('explored', to);
    expect(await sticksOut(browser)).toEqual([]);
  }
  await prefer(browser, { width: 1280, theme: 'light' });
});

/** Text below 12 px. */
function smallText(): Promise<string[]> {
  return session.browser.execute(() =>
    [...document.querySelectorAll<HTMLElement>('body *')]
      .filter((element) =>
        [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent?.trim()),
      )
      .filter(
        (element) =>
          element.getClientRects().length > 0 && Number.parseFloat(getComputedStyle(element).fontSize) < 12,
      )
      .map((element) => `${element.tagName} ${element.textContent?.slice(0, 40)}`)
      .slice(0, 5),
  );
}

/** What the page asked the network or the disk for, beside itself. */
function requests(): Promise<string[]> {
  return session.browser.execute(() =>
    performance
      .getEntriesByType('resource')
      .map(({ name }) => name)
      .filter((name) => !name.startsWith('data:')),
  );
}
