import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderHtml } from '../../../harness/report/html/page.ts';
import { hostileRun } from '../hostile-run.ts';
import { DEFAULT_FLEET } from '../sample-fleet.ts';
import { sampleRun, shippableRun } from '../sample-run.ts';

const loadInput = async () => ({
  kind: 'image' as const,
  channels: 1 as const,
  rows: 28,
  cols: 28,
  pixels: new Uint8Array(784).fill(7),
});

interface Page {
  tags: Record<string, number>;
  attributes: [string, string, string][];
  unclosed: string[];
  text: string;
}

/** Python's own HTML parser: which elements and attributes there are, and the text that is left. */
function parse(page: string): Page {
  const script = `
import json, sys
from html.parser import HTMLParser
VOID = {"meta", "img", "br", "input", "use", "path", "circle"}
class P(HTMLParser):
    def __init__(self):
        super().__init__(); self.tags = {}; self.attributes = []; self.stack = []; self.unclosed = []; self.text = []
    def handle_starttag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [[tag, k, v or ""] for k, v in attrs]
        if tag not in VOID: self.stack.append(tag)
    def handle_startendtag(self, tag, attrs):
        self.tags[tag] = self.tags.get(tag, 0) + 1
        self.attributes += [[tag, k, v or ""] for k, v in attrs]
    def handle_endtag(self, tag):
        if self.stack and self.stack[-1] == tag: self.stack.pop()
        else: self.unclosed.append(tag)
    def handle_data(self, data): self.text.append(data)
p = P(); p.feed(sys.stdin.buffer.read().decode()); p.close()
json.dump({"tags": p.tags, "attributes": p.attributes, "unclosed": p.unclosed + p.stack, "text": "".join(p.text)}, sys.stdout)
`;
  return JSON.parse(
    execFileSync('python3', ['-c', script], { input: page, encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
}

const sample = await renderHtml({ ...sampleRun(), loadInput });
const hostile = await renderHtml({ ...hostileRun(), loadInput });

test('the page is well nested', () => {
  expect(parse(sample).unclosed).toEqual([]);
  expect(parse(hostile).unclosed).toEqual([]);
});

test('the policy lets its own style and script through, by their hashes, and nothing else', () => {
  const hashOf = (tag: string) => {
    const text = sample.split(`<${tag}>`)[1]!.split(`</${tag}>`)[0]!;
    return `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  };
  expect(sample).toContain(
    `content="default-src 'none'; style-src ${hashOf('style')}; script-src ${hashOf('script')}; img-src data:; base-uri 'none'; form-action 'none'"`,
  );
  const { tags, attributes } = parse(sample);
  expect([tags.style, tags.script, tags.link, tags.iframe]).toEqual([1, 1, undefined, undefined]);
  expect(attributes.filter(([, name]) => name === 'style' || name.startsWith('on'))).toEqual([]);
});

test('nothing is loaded: links stay in the page, pictures are in it', () => {
  for (const page of [sample, hostile]) {
    const { attributes } = parse(page);
    const links = attributes.filter(([, name]) => ['href', 'src', 'srcset', 'action', 'data'].includes(name));
    expect(links.length).toBeGreaterThan(20);
    expect(
      links.filter(([, , value]) => !value.startsWith('#') && !value.startsWith('data:image/png;base64,')),
    ).toEqual([]);
  }
});

test('every link in the page has its place, and no id stands twice', () => {
  for (const page of [sample, hostile]) {
    const { attributes } = parse(page);
    const ids = attributes.filter(([, name]) => name === 'id').map(([, , value]) => value);
    expect(new Set(ids).size).toBe(ids.length);
    const links = attributes.filter(([, name]) => name === 'href').map(([, , value]) => value.slice(1));
    expect(links.filter((link) => !ids.includes(link))).toEqual([]);
  }
});

test('hostile names add no element and no handler', () => {
  const { tags, attributes, text } = parse(hostile);
  const clean = parse(sample).tags;
  expect(Object.keys(tags).filter((tag) => !(tag in clean))).toEqual([]);
  expect(tags.script).toBe(1);
  expect(
    attributes.filter(([tag, name, value]) => name.startsWith('on') || (tag === 'img' && value === 'x')),
  ).toEqual([]);
  expect(text.includes('<img src=x onerror=alert(1)>')).toBe(true);
});

test('invisible characters are spelled, long names shortened with the whole in their title', () => {
  expect(hostile.includes('\u202e')).toBe(false);
  expect(hostile.includes('safe\\u202egnp.exe')).toBe(true);
  expect(/n{1001}/.test(hostile)).toBe(false);
  expect(hostile.includes('(10000 characters)')).toBe(true);
});

test('what a reviewer must find on the first screen', () => {
  const { text } = parse(sample);
  for (const words of [
    'May ship: cannot tell, the run is incomplete (1 incomplete)',
    '178 of 200 answers change',
    '3 of 200 answers change',
    'Waived until 2027-06-30 (221 days left when judged)',
    'fixtures/digits/budgets.yml:12',
    'Provide it: apt-get install chromium',
    "the times are not the device's speed",
    "That emulated Arm gives the silicon's bits is not proven",
    '8 of 9 targets gave the same bytes in all 3 repeats',
    'fleetdiff run fixtures/digits --only haswell/cpu',
  ]) {
    expect(text).toContain(words);
  }
});

test('statuses are told by word and shape, not by colour alone', () => {
  const { attributes } = parse(sample);
  const marks = attributes
    .filter(([tag, name]) => tag === 'use' && name === 'href')
    .map(([, , value]) => value);
  expect(new Set(marks).size).toBeGreaterThanOrEqual(7);
  const drawn = [...sample.matchAll(/<symbol id="mark-\w+"[^>]*>(.*?)<\/symbol>/g)].map((match) => match[1]);
  expect(new Set(drawn).size).toBe(drawn.length);
});

test('a sample that several targets flip is loaded once', async () => {
  const asked: string[] = [];
  await renderHtml({
    ...sampleRun(),
    loadInput: async (suite, name) => {
      asked.push(`${suite} ${name}`);
      return loadInput();
    },
  });
  expect(asked.length).toBeGreaterThan(20);
  expect(new Set(asked).size).toBe(asked.length);
});

test.for([
  [{ rows: 28, cols: 28, pixels: new Uint8Array(3) }, '3 pixels for 28×28'],
  [{ rows: 0, cols: 28, pixels: new Uint8Array(0) }, 'not an image'],
  [{ rows: 4000, cols: 4000, pixels: new Uint8Array(1) }, '4000×4000 is too large'],
] as const)('a picture that is none is said, not drawn: %j', async ([image, words]) => {
  const page = await renderHtml({ ...shippableRun(), loadInput: async () => image });
  expect(page).toContain(`no picture: ${words}`);
  expect(page).not.toContain('<img');
});

test('no command is offered for a name that a reader could not check', () => {
  expect(hostile).not.toContain('--only d3/');
  expect(hostile).toContain('--only &#39;d5/=HYPERLINK(');
});

test('a planned target without a verdict is shown as not judged', async () => {
  const run = shippableRun();
  const verdicts = run.verdicts.verdicts.filter((verdict) => verdict.target !== 'chromium/wasm');
  const { text } = parse(await renderHtml({ ...run, verdicts: { ...run.verdicts, verdicts } }));
  expect(text).toContain('Planned, but not judged:chromium/wasm');
});

test('the same input gives the same bytes', async () => {
  expect((await renderHtml({ ...sampleRun(), loadInput })) === sample).toBe(true);
});

test('a fleet of 300 boards renders in seconds and stays readable in size', async () => {
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const fleet = Array.from({ length: 300 }, (_, n) => ({ ...haswell, device: `board-${n}` }));
  const page = await renderHtml({ ...sampleRun({ fleet, exitCode: 0 }), loadInput });
  expect(page.length).toBeLessThan(8_000_000);
});
