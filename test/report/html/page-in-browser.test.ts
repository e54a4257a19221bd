import { mkdirSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { parseBudgets } from '../../../harness/config/budgets-file.ts';
import { hashOf, type Route } from '../../../harness/report/html-app/route.ts';
import { settled, useBrowser } from '../html-app/browser/open-browser.ts';
import { VIEWS } from '../html-app/browser/views.ts';
import { exploredRun } from '../html-app/explored-run.ts';

/** What a reviewer clicks, reads and writes, in the browser that `npm test` provides. */

const session = useBrowser({ explored: exploredRun });

const SCREENS = path.resolve(import.meta.dirname, '../../../reports/test-screens');
mkdirSync(SCREENS, { recursive: true });

const suite = 'digits-int8';
const haswell = 'haswell/cpu';

const textOf = (selector = 'main') => session.browser.$(selector).getText();
const saveScreen = (name: string) => session.browser.saveScreenshot(path.join(SCREENS, `${name}.png`));
const hash = () => session.browser.execute(() => window.location.hash);
const title = () => textOf('main h1');

/** Clicks the link of the main part that leads there. */
async function follow(to: Route): Promise<void> {
  const link = session.browser.$(`main a[href="${hashOf(to)}"]`);
  await link.waitForExist({ timeoutMsg: `no link to ${hashOf(to)}` });
  await session.browser.execute((element) => element.click(), (await link) as unknown as HTMLElement);
  await session.browser.waitUntil(async () => (await hash()) === hashOf(to));
  await settled(session.browser);
}

test.for(VIEWS)('a link opens $name', async ({ to, words }) => {
  await session.open('explored', to);
  const text = await textOf();
  for (const each of words) expect(text).toContain(each);
  expect(await session.browser.$$('main h1').length).toBe(1);
});

test('from the first screen by clicks: target, tensor, case, classes, compare, and back', async () => {
  await session.open('explored');
  await follow({ view: 'target', suite, target: haswell });
  expect(await title()).toContain('haswell/cpu');
  await follow({ view: 'tensor', suite, target: haswell, tensor: 'logits' });
  expect(await title()).toContain('logits');
  await follow({ view: 'tensor', suite, target: haswell, tensor: 'logits', case: 'digits-001' });
  expect(await textOf()).toContain('digits-001');
  await session.browser.back();
  await session.browser.waitUntil(async () => !(await hash()).includes('digits-001'));
  await session.browser.$('nav').$('a=Classes').click();
  await settled(session.browser);
  expect(await title()).toBe('Who agrees bit for bit');
  await session.browser.$('nav').$('a=Compare').click();
  await settled(session.browser);
  expect(await title()).toBe('Two targets with each other');
  expect(await textOf('nav[aria-label="Views"] [aria-current=page]')).toBe('Compare');
});

test('what moved since the run before: its causes, only those targets, and the lines of what moved', async () => {
  const { browser } = session;
  await session.open('explored');
  const told = await textOf('.moved');
  for (const each of ['1 of 9 targets moved', 'onnxruntime-node 1.29.0', 'each in its own way', '0 of 8'])
    expect(told).toContain(each);
  await browser.$('.moved').$('a=Show only these').click();
  await browser.waitUntil(async () => (await shownTargets()).length === 1);
  expect(await shownTargets()).toEqual([haswell]);
  await follow({ view: 'target', suite, target: haswell });
  const spark = browser.$('.last-runs svg[role=img]');
  await spark.waitForExist();
  expect(await spark.getAttribute('aria-label')).toBe(
    'max_steps over 3 runs: first 1 step, last 19 steps, least 1 step, greatest 19 steps',
  );
  await follow({ view: 'tensor', suite, target: haswell, tensor: 'logits' });
  const chart = browser.$('svg[aria-label^="max_steps over the last runs: 1 step → 19 steps"]');
  await chart.waitForExist();
  const [titles, limits] = await browser.execute(
    (svg) => [
      [...svg.querySelectorAll('title')].map((title) => title.textContent),
      svg.querySelectorAll('[stroke-dasharray]').length,
    ],
    (await chart) as unknown as SVGElement,
  );
  expect(titles.toSorted()).toEqual([
    expect.stringMatching(/: 19 steps$/),
    'night-0: 1 step',
    'night-1: 1 step',
  ]);
  expect(limits).toBe(1);
});

test('a new view has the focus, so that a screen reader hears it', async () => {
  await session.open('explored');
  await session.browser.$('nav').$('a=Classes').click();
  await session.browser.waitUntil(() =>
    session.browser.execute(() => document.activeElement?.id === 'main' && window.scrollY === 0),
  );
});

test('two targets are chosen by a part of their names, and turned round', async () => {
  await session.open('explored', { view: 'compare', suite });
  const [first, second] = [session.browser.$('input[list]'), session.browser.$$('input[list]')[1]!];
  await first.setValue('haswell');
  await session.browser.keys('Enter');
  await second.setValue('neoverse-v1/cpu');
  await session.browser.keys('Enter');
  await session.browser.waitUntil(async () =>
    (await hash()).endsWith('/compare/digits-int8/haswell/cpu/neoverse-v1/cpu'),
  );
  await settled(session.browser);
  expect(await textOf()).toContain('1767 of 2000 elements differ');
  expect(await textOf()).toContain("neoverse-v1/cpu takes the reference's place");
  await session.browser.$('button*=Swap').click();
  await session.browser.waitUntil(async () =>
    (await hash()).endsWith('/compare/digits-int8/neoverse-v1/cpu/haswell/cpu'),
  );
  await first.setValue('no such one');
  await session.browser.keys('Enter');
  expect(await textOf('.side .problem')).toBe('No target is called "no such one".');
});

test('two that nobody compared are compared by a command', async () => {
  await session.open('explored', {
    view: 'compare',
    suite,
    reference: haswell,
    candidate: 'chromium/webgpu-jsep',
  });
  expect(await textOf('.copyable code')).toBe(
    'fleetdiff compare reports/2026-11-22T13-05-12Z-1f3c --between haswell/cpu --and chromium/webgpu-jsep',
  );
});

/** Headlines of the findings that are shown. */
const findings = () =>
  session.browser.execute(() =>
    [...document.querySelectorAll('ol.findings > li h3')].map((headline) => headline.textContent),
  );

test.for([
  ['', 5],
  ['q=haswell', 1],
  ['q=haswell+cortex', 0],
  ['q=%22session+lost%22', 1],
  ['status=WAIVED', 2],
  ['status=WAIVED&status=SKIPPED', 3],
  ['status=WAIVED&delegate=webgpu-jsep', 1],
  ['soc=Arm+Cortex-A53', 0],
  ['cause=u8s8-saturation', 1],
] as const)('the link #/?%s shows %d findings', async ([query, expected]) => {
  await session.open('explored', `#/?${query}`);
  expect((await findings()).length).toBe(expected);
});

const shownTargets = () =>
  session.browser.execute(() =>
    [...document.querySelectorAll('.ledger tbody th')].map((name) => name.textContent),
  );

test('the slash leads to the filter, words narrow findings and ledger alike, the link keeps them, Escape empties it', async () => {
  const { browser } = session;
  await session.open('explored');
  await browser.keys('/');
  expect(await browser.execute(() => document.activeElement?.id)).toBe('filter-text');
  await browser.keys([...'arm cortex']);
  await browser.waitUntil(async () => (await hash()).includes('q=arm+cortex'));
  expect(await textOf('.filters [role=status]')).toMatch(/^2 of 11 targets, 0 of 5 findings/);
  expect((await shownTargets()).toSorted()).toEqual(['cortex-a53/cpu', 'cortex-a76/cpu']);
  expect(await findings()).toEqual([]);
  await browser.keys('Escape');
  await browser.waitUntil(async () => (await findings()).length === 5);
  expect(await hash()).toBe('#/');
});

test('what is chosen stands as a chip that can be taken away again', async () => {
  const { browser } = session;
  await session.open('explored');
  await browser.$('select[aria-label="Only this delegate"]').selectByVisibleText('webgpu-jsep');
  await browser.waitUntil(async () => (await findings()).length === 1);
  expect(await hash()).toContain('delegate=webgpu-jsep');
  expect(await shownTargets()).toEqual(['chromium/webgpu-jsep']);
  const chip = browser.$('.filter-state').$('button*=webgpu-jsep');
  await chip.click();
  await browser.waitUntil(async () => (await findings()).length === 5);
});

test('a heading of the ledger sorts it, a second time turns it round', async () => {
  const { browser } = session;
  await session.open('explored');
  const head = browser.$('.ledger thead').$('button*=Target');
  await head.click();
  const sorted = await shownTargets();
  expect(sorted).toEqual(sorted.toSorted());
  await head.click();
  await browser.waitUntil(async () => (await shownTargets())[0] === sorted.at(-1));
  expect(await browser.$('.ledger th[aria-sort=descending]').getText()).toContain('Target');
  expect(await hash()).toBe('#/?sort=-target');
});

test('a link opens a table sorted as it was sent; cases by the name of a metric', async () => {
  await session.open('explored', '#/?sort=-target');
  const sorted = await shownTargets();
  expect(sorted).toEqual(sorted.toSorted().toReversed());
  const tensor: Route = { view: 'tensor', suite, target: haswell, tensor: 'logits' };
  await session.open('explored', `${hashOf(tensor)}?sort=-max_abs`);
  expect(await session.browser.$('th[aria-sort=descending]').getText()).toBe('max_abs');
});

const findingOf = (words: string) =>
  session.browser.$(`//main//li[contains(., "${words}")][.//form or .//button]`);

test('a finding is marked seen, by keyboard alone, and the page remembers it', async () => {
  await session.open('explored');
  const seen = () => session.browser.$('.note button[aria-pressed]');
  await session.browser.execute((button) => button.focus(), (await seen()) as unknown as HTMLElement);
  await session.browser.keys(' ');
  expect(await seen().getAttribute('aria-pressed')).toBe('true');
  expect(await textOf('nav a[href="#/notes"]')).toBe('Notes (1)');
  await session.browser.refresh();
  await seen().waitForExist();
  expect(await seen().getAttribute('aria-pressed')).toBe('true');
});

test('a finding is accepted with a reason, and becomes a waiver that budgets.yml takes', async () => {
  const { browser } = session;
  await session.open('explored');
  const finding = findingOf('max_steps 19');
  await finding.$('button=Comment or accept').click();
  await finding.$('textarea').setValue('Seen on Monday.');
  await finding.$('label*=Accept this finding').click();
  const reason = () => finding.$('form').$('label=Reason').nextElement();
  await reason().waitForExist();
  await finding.$('button=Save note').click();
  expect(await textOf('.note-form .problem')).toBe('Say why it may ship.');
  expect(await browser.execute(() => document.activeElement?.getAttribute('aria-invalid'))).toBe('true');
  await reason().setValue('saturation: "known" #5');
  const day = finding.$('input[type=date]');
  await browser.execute(
    (input) => {
      Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value')!.set!.call(input, '2099-06-30');
      input.dispatchEvent(new Event('input', { bubbles: true }));
    },
    (await day) as unknown as HTMLElement,
  );
  await finding.$('label*=CPU features').click();
  expect(await finding.$('form').$('label*=Features').nextElement().getValue()).toBe('x86_64 avx2 !vnni');
  await saveScreen('note-form');
  await finding.$('button=Save note').click();
  await finding.$('form').waitForExist({ reverse: true });
  expect(await finding.getText()).toContain('Accepted until 2099-06-30 by @vision');
  expect(await finding.getText()).toContain('Seen on Monday.');

  await browser.$('nav').$('a*=Notes').click();
  await settled(browser);
  await saveScreen('notes-accepted');
  const block = await textOf('.copyable code');
  for (const verb of ['judge', 'render'])
    expect(await textOf()).toContain(`fleetdiff ${verb} reports/2026-11-22T13-05-12Z-1f3c`);
  expect(block).toContain('match: {tensor: logits, delegate: cpu, isa: "x86_64 avx2 !vnni"}');
  // The suite's budgets.yml has waivers already (the sample says so), so the block comes without their heading.
  const budgets = parseBudgets(
    `schema: fleetdiff/budgets@1\nrules: [{match: {}, limits: {max_abs: 1}, reason: r}]\nwaivers:\n${block.replace(/^waivers:\n/, '')}`,
    'budgets.yml',
  );
  expect(budgets.waivers).toMatchObject([
    { reason: 'saturation: "known" #5', owner: '@vision', expires: '2099-06-30' },
  ]);
  expect(budgets.waivers[0]?.limits).toMatchObject({ max_steps: { fail: 19 } });
});

test('notes go out as JSON and come in again, and damaged ones are refused in words', async () => {
  const { browser } = session;
  await session.open('explored');
  await browser.$('.note button[aria-pressed]').click();
  await browser.$('nav').$('a*=Notes').click();
  await settled(browser);
  await browser.$('summary=JSON to copy').click();
  const json = await textOf('details[open] code');
  const [whole, damaged] = [path.join(SCREENS, 'notes.json'), path.join(SCREENS, 'damaged.json')];
  await writeFile(whole, json);
  await writeFile(damaged, json.slice(0, 40));
  await session.open('explored', { view: 'notes' });
  expect(await textOf()).toContain('No notes yet');
  await browser.$('input[type=file]').setValue(damaged);
  await browser.waitUntil(async () =>
    (await textOf('.import [role=status]')).startsWith('Nothing was taken.'),
  );
  await browser.$('input[type=file]').setValue(whole);
  await browser.waitUntil(async () =>
    (await textOf('.import [role=status]')).startsWith('1 of 1 note taken'),
  );
  expect(await textOf('nav a[href="#/notes"]')).toBe('Notes (1)');
});

test('the theme button goes from auto to light to dark, and the choice lasts', async () => {
  const { browser } = session;
  await session.open('explored');
  const ground = () => browser.execute(() => getComputedStyle(document.body).backgroundColor);
  await browser.$('#theme').click();
  const light = await ground();
  await browser.$('#theme').click();
  const dark = await ground();
  expect(dark).not.toBe(light);
  await browser.refresh();
  await browser.$('main h1').waitForExist();
  expect(await ground()).toBe(dark);
  expect(await browser.getLogs('browser')).toEqual([]);
});
