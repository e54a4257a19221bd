import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderJunit } from '../../harness/report/junit.ts';
import { hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET, type SampleTarget } from './sample-fleet.ts';
import { sampleRun } from './sample-run.ts';

/** Python's own XML parser reads the file: per testsuite its counts as written and as found. */
const READ = `
import json, sys, xml.etree.ElementTree as e
root = e.fromstring(sys.stdin.buffer.read())
def case(c):
    kinds = [k.tag for k in c]
    return {"name": c.get("name"), "class": c.get("classname"), "kinds": kinds,
            "message": "".join(k.get("message", "") for k in c), "text": "".join((k.text or "") for k in c)}
def counts(node): return [int(node.get(k)) for k in ("tests", "failures", "errors", "skipped")]
def found(node):
    cases = node.findall(".//testcase")
    return [len(cases)] + [sum(1 for c in cases if c.find(tag) is not None) for tag in ("failure", "error", "skipped")]
json.dump({"root": root.tag, "counts": counts(root), "found": found(root),
  "suites": [{"name": s.get("name"), "counts": counts(s), "found": found(s), "cases": [case(c) for c in s.findall("testcase")]} for s in root]}, sys.stdout)
`;

interface ReadSuite {
  name: string;
  counts: number[];
  found: number[];
  cases: { name: string; class: string; kinds: string[]; message: string; text: string }[];
}

function read(xml: string): { root: string; counts: number[]; found: number[]; suites: ReadSuite[] } {
  return JSON.parse(
    execFileSync('python3', ['-c', READ], { input: xml, encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
}

const suiteOf = (xml: string, name: string) => read(xml).suites.find((suite) => suite.name === name)!;

test('a testsuite per target, and the counts are those of its cases', () => {
  const { root, counts, found, suites } = read(renderJunit(sampleRun()));
  expect(root).toBe('testsuites');
  expect(suites.map((suite) => suite.name)).toEqual(
    DEFAULT_FLEET.map((own) => `${own.device}/${own.delegate}`),
  );
  expect(counts).toEqual(found);
  expect(counts).toEqual([29, 0, 1, 1]);
  for (const suite of suites) expect(suite.counts).toEqual(suite.found);
});

test.for<[string, string, string[]]>([
  ['workstation/cpu', 'logits · max_steps', []],
  ['haswell/cpu', 'logits · max_steps', ['system-out']],
  ['chromium/webgpu', 'logits · max_steps', ['system-out']],
  ['nehalem/cpu', 'capture', ['error']],
  ['workstation/webgpu', 'capture', ['skipped']],
])('%s %s', ([target, name, kinds]) => {
  const found = suiteOf(renderJunit(sampleRun()), target).cases.find((own) => own.name === name);
  expect(found?.kinds).toEqual(kinds);
});

test('a failure is told as in the terminal, limited to its own metric', () => {
  const unwaived = ({ waiver: _, ...target }: SampleTarget): SampleTarget => target;
  const fleet = DEFAULT_FLEET.filter((target) => target.device === 'haswell').map(unwaived);
  const { cases } = suiteOf(renderJunit(sampleRun({ fleet, exitCode: 1 })), 'haswell/cpu');
  const [steps] = cases;
  expect(steps?.kinds).toEqual(['failure']);
  expect(steps?.message).toBe(
    'max_steps 19, allowed <= 2; fixtures/digits/budgets.yml:4 "rounding of requantization may move one step", owner @vision',
  );
  expect(steps?.text).toMatch(/^OVER BUDGET {2}digits-int8 · "logits" · haswell\/cpu/);
  expect(steps?.text).toContain('found 19   1767 of 2000 elements differ');
  expect(steps?.text).not.toContain('top1_agreement');
});

test('a candidate that nobody judged is an error', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.slice(0, 2) });
  const xml = renderJunit({ ...run, verdicts: { ...run.verdicts, verdicts: [] } });
  expect(read(xml).counts).toEqual([2, 0, 2, 0]);
});

test('a skipped target says what would provide it', () => {
  const [skipped] = suiteOf(renderJunit(sampleRun()), 'workstation/webgpu').cases;
  expect(skipped?.message).toBe('SwiftShader ICD not found; provide it: apt-get install chromium');
});

test('hostile names leave the file well-formed and add no element', () => {
  const { counts, found, suites } = read(renderJunit(hostileRun()));
  expect(counts).toEqual(found);
  expect(suites).toHaveLength(16);
  expect(suites.some((suite) => suite.name === 'd0/<img src=x onerror=alert(1)>')).toBe(true);
});
