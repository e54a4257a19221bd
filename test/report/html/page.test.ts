import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { renderHtml } from '../../../harness/report/html/page.ts';
import { PLOT_STYLE } from '../../../harness/report/html/plot-style.ts';
import { hostileRun } from '../hostile-run.ts';
import { partsOf } from '../read-page.ts';
import { sampleRun } from '../sample-run.ts';

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

test('the policy lets its own style and script through, and that of its charts, by their hashes, and nothing else', () => {
  const hash = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
  const style = sample.split('<style>')[1]!.split('</style>')[0]!;
  const script = sample.split('<script type="module">')[1]!.split('</script>')[0]!;
  expect(sample).toContain(
    `content="default-src 'none'; style-src ${hash(style)} ${hash(PLOT_STYLE)}; script-src ${hash(script)}; img-src data:; base-uri 'none'; form-action 'none'"`,
  );
  const { tags, attributes } = parse(sample);
  expect([tags.style, tags.link, tags.iframe, tags.img]).toEqual([1, undefined, undefined, undefined]);
  expect(attributes.filter(([, name]) => name === 'style' || name.startsWith('on'))).toEqual([]);
});

test('nothing is loaded: no element names a place', () => {
  for (const page of [sample, hostile]) {
    const { attributes } = parse(page);
    expect(attributes.length).toBeGreaterThan(10);
    expect(
      attributes.filter(([, name]) => ['href', 'src', 'srcset', 'action', 'data'].includes(name)),
    ).toEqual([]);
  }
});

test('all but one script are data, which no name can leave', () => {
  for (const page of [sample, hostile]) {
    const parts = partsOf(page);
    expect(parse(page).tags.script).toBe(parts.size + 1);
    expect(parts.has('head')).toBe(true);
    expect(page.match(/<\/script/g)).toHaveLength(parts.size + 1);
  }
});

test('who runs no script reads the verdict and the findings', () => {
  const { text } = parse(sample);
  expect(text).toContain('May ship: cannot tell, the run is incomplete (1 incomplete)');
  expect(text).toContain('178 of 200 answers change');
  expect(text).toContain('Waived: digits-int8 on haswell/cpu, logits: 3 of 200 answers change');
});

test('hostile names add no element and no handler', () => {
  const { tags, attributes, text } = parse(hostile);
  const clean = parse(sample).tags;
  expect(Object.keys(tags).filter((tag) => !(tag in clean))).toEqual([]);
  expect(attributes.filter(([, name]) => name.startsWith('on'))).toEqual([]);
  expect(text.includes('<img src=x onerror=alert(1)>')).toBe(true);
});

test('invisible characters are spelled and long names shortened, before any script runs', () => {
  expect(hostile.includes('\u202e')).toBe(false);
  expect(hostile.includes('safe\\u202egnp.exe')).toBe(true);
  expect(/n{1001}/.test(hostile)).toBe(false);
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

test('the same run gives the same page', async () => {
  expect(await renderHtml({ ...sampleRun(), loadInput })).toBe(sample);
});
