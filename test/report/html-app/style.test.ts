import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const app = new URL('../../../harness/report/html-app/', import.meta.url);

/** Every style sheet of the page. */
const STYLE = readdirSync(app, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.css'))
  .map((file) => readFileSync(new URL(file, app), 'utf8'))
  .join('\n');

/** WCAG 2.2, relative luminance and contrast ratio. */
function contrast(left: string, right: string): number {
  const [high, low] = [luminance(left), luminance(right)].toSorted((a, b) => b - a);
  return (high! + 0.05) / (low! + 0.05);
}

function luminance(colour: string): number {
  const hex =
    colour.length === 4 ? [...colour.slice(1)].map((digit) => digit + digit).join('') : colour.slice(1);
  const [red, green, blue] = [0, 2, 4].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

const themes = [...STYLE.matchAll(/color-scheme: (light|dark);([^}]*)/g)].map((match) => ({
  name: match[1]!,
  colours: new Map([...match[2]!.matchAll(/--(\w+): (#[0-9a-f]{3,6})/g)].map((own) => [own[1]!, own[2]!])),
}));

test('there are both themes', () => {
  expect(new Set(themes.map((theme) => theme.name))).toEqual(new Set(['light', 'dark']));
});

test.for(['ink', 'quiet', 'link', 'bad', 'hole', 'waived', 'warn', 'good'])(
  '%s reads on every ground at 4.5:1 or more (WCAG AA)',
  (ink) => {
    for (const { colours } of themes) {
      for (const ground of ['page', 'card', 'faint']) {
        expect(contrast(colours.get(ink)!, colours.get(ground)!)).toBeGreaterThanOrEqual(4.5);
      }
    }
  },
);

test('the sign in a filled mark reads on it at 3:1 or more', () => {
  for (const { colours } of themes) {
    expect(contrast(colours.get('cut')!, colours.get('bad')!)).toBeGreaterThanOrEqual(3);
  }
});

test('no text is smaller than 12 px', () => {
  const sizes = [...STYLE.matchAll(/font-size:\s*([\d.]+)(rem|px|em)/g)];
  expect(sizes.length).toBeGreaterThan(10);
  for (const [, size, unit] of sizes)
    expect(Number(size) * (unit === 'px' ? 1 : 16)).toBeGreaterThanOrEqual(12);
});
