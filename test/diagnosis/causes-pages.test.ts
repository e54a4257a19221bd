import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { SCENARIOS } from './scenarios.ts';

const root = path.resolve(import.meta.dirname, '../..');
const namesIn = (folder: string, ending: string) =>
  readdirSync(path.join(root, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length));

const rules = namesIn('harness/diagnosis/rules', '.ts');
const pages = namesIn('docs/causes', '.md').filter((name) => name !== 'README');

test('every rule has its page, and every page its rule', () => {
  expect(rules.length).toBeGreaterThan(10);
  expect([...pages].sort()).toEqual([...rules, 'unknown'].sort());
});

test('every rule has a scenario in which it leads', () => {
  expect(new Set(SCENARIOS.map(({ cause }) => cause))).toEqual(new Set(rules));
});

test('every rule is asked', () => {
  const diagnose = readFileSync(path.join(root, 'harness/diagnosis/diagnose.ts'), 'utf8');
  expect(rules.filter((rule) => !diagnose.includes(`./rules/${rule}.ts`))).toEqual([]);
});

describe('a page', () => {
  const overview = readFileSync(path.join(root, 'docs/causes/README.md'), 'utf8');

  test.for(pages)('%s says all there is to say, with the confidences of its rule', (name) => {
    const page = readFileSync(path.join(root, `docs/causes/${name}.md`), 'utf8');
    const headings = [...page.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual(['What happens', 'Where', 'How it shows', 'What to do', 'Sources']);
    expect(page).toContain(`\`${name}\``);
    expect(overview).toContain(`(${name}.md)`);
    if (name === 'unknown') return;
    const rule = readFileSync(path.join(root, `harness/diagnosis/rules/${name}.ts`), 'utf8');
    const said = new Set(confidences(/^Confidence: (.*)$/m.exec(page)![1]!));
    const given = new Set(confidences(confidenceCode(rule)));
    expect(given.size).toBeGreaterThan(0);
    expect(said).toEqual(given);
  });
});

/** What the rule's source gives as confidence. */
function confidenceCode(rule: string): string {
  const lines = [...rule.matchAll(/confidence(?::| =)(.*)|say\(evidence, (.*), \[/g)];
  return lines.map(([line]) => line).join('\n');
}

function confidences(text: string): number[] {
  return [...text.matchAll(/\b0\.\d+\b/g)].map(Number);
}
