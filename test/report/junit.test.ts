import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderJunit } from '../../harness/report/junit.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { hostileRun } from './hostile-run.ts';
import { DEFAULT_FLEET, type SampleTarget } from './sample-fleet.ts';
import { sampleRun, shippableRun } from './sample-run.ts';

/** Python's own XML parser reads the file: per testsuite its counts as written and as found. */
const READ = `
import json, sys, xml.etree.ElementTree as e
root = e.fromstring(sys.stdin.buffer.read())
def case(c):
    kinds = [k.tag for k in c]
    return {"name": c.get("name"), "class": c.get("classname"), "kinds": kinds,
            "file": c.get("file"), "line": c.get("line"), "message": "".join(k.get("message", "") for k in c), "text": "".join((k.text or "") for k in c)}
def counts(node): return [int(node.get(k, "-1")) for k in ("tests", "failures", "errors", "skipped")]
def found(node):
    cases = node.findall(".//testcase")
    return [len(cases)] + [sum(1 for c in cases if c.find(tag) is not None) for tag in ("failure", "error", "skipped")]
json.dump({"root": root.tag, "counts": counts(root), "found": found(root),
  "suites": [{"name": s.get("name"), "time": s.get("time"), "properties": {p.get("name"): p.get("value") for p in s.iter("property")}, "counts": counts(s), "found": found(s), "cases": [case(c) for c in s.findall("testcase")]} for s in root]}, sys.stdout)
`;

interface ReadSuite {
  name: string;
  time: string;
  properties: Record<string, string>;
  counts: number[];
  found: number[];
  cases: {
    name: string;
    class: string;
    file: string | null;
    line: string | null;
    kinds: string[];
    message: string;
    text: string;
  }[];
}

function read(xml: string): { root: string; counts: number[]; found: number[]; suites: ReadSuite[] } {
  return JSON.parse(
    execFileSync('python3', ['-c', READ], { input: xml, encoding: 'utf8', maxBuffer: 1 << 28 }),
  );
}

const suiteOf = (xml: string, name: string) =>
  read(xml).suites.find((suite) => suite.name === `${name} · digits-int8`)!;

/**
 * Jenkins' junit-10.xsd (xunit-plugin), as a table: per element its attributes, the required ones led by `!`, and its children.
 * Simple types are xs:string, but for the time of a testsuite (SUREFIRE_TIME). \`text\`: the element is mixed or a string.
 */
const XSD = `
import json, re, sys, xml.etree.ElementTree as e
RULES = {
  "testsuites": ("name time tests failures errors disabled", "testsuite"),
  "testsuite": ("!name !tests !failures !errors time skipped timestamp hostname id package file log url",
                "testsuite properties testcase system-out system-err"),
  "properties": ("", "property"),
  "property": ("!name !value", ""),
  "testcase": ("!name classname group time file line", "skipped error failure system-out system-err"),
  "failure": ("type message", "text"), "error": ("type message", "text"), "skipped": ("type message", "text"),
  "system-out": ("", "text"), "system-err": ("", "text"),
}
wrong = []
def check(node, parent):
    if node.tag not in RULES: wrong.append("element " + node.tag); return
    attributes, children = (words.split() for words in RULES[node.tag])
    for name in node.attrib:
        if name not in [a.lstrip("!") for a in attributes]: wrong.append(node.tag + "@" + name)
    for name in attributes:
        if name[0] == "!" and name[1:] not in node.attrib: wrong.append(node.tag + " lacks @" + name[1:])
    if node.tag == "testsuite" and not re.fullmatch(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*([.][0-9]*)?", node.get("time", "")):
        wrong.append("time " + node.get("time"))
    for child in node:
        if child.tag not in children: wrong.append(child.tag + " in " + node.tag)
        check(child, node)
    texts = [node.text or ""] + [child.tail or "" for child in node]
    if "text" not in children and "".join(texts).strip(): wrong.append("text in " + node.tag)
root = e.fromstring(sys.stdin.buffer.read())
if root.tag != "testsuites": wrong.append("root " + root.tag)
check(root, None)
json.dump(sorted(set(wrong)), sys.stdout)
`;

test.for<[string, () => ReportInput]>([
  ['incomplete', sampleRun],
  ['within budget', shippableRun],
  ['with hostile names', hostileRun],
  ['without a verdict', () => ({ ...sampleRun(), verdicts: { ...sampleRun().verdicts, verdicts: [] } })],
])('a run that is %s is valid by junit-10.xsd', ([, run]) => {
  const options = { input: renderJunit(run()), encoding: 'utf8' } as const;
  expect(JSON.parse(execFileSync('python3', ['-c', XSD], options))).toEqual([]);
});

test('a testsuite per target, and the counts are those of its cases', () => {
  const { root, counts, found, suites } = read(renderJunit(sampleRun()));
  expect(root).toBe('testsuites');
  expect(suites.map((suite) => suite.name)).toEqual(
    DEFAULT_FLEET.map((own) => `${own.device}/${own.delegate} · digits-int8`),
  );
  expect(found).toEqual([29, 0, 1, 5]);
  expect(counts.slice(0, 3)).toEqual([29, 0, 1]);
  for (const suite of suites) expect(suite.counts).toEqual(suite.found);
});

test.for<[string, string, string[]]>([
  ['workstation/cpu', 'logits · max_steps', []],
  ['haswell/cpu', 'logits · max_steps', ['skipped', 'system-out']],
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
  expect(read(xml).found).toEqual([2, 0, 2, 0]);
});

test('a waived verdict is a skipped test that says by which waiver', () => {
  const [steps] = suiteOf(renderJunit(shippableRun()), 'haswell/cpu').cases;
  expect(steps?.message).toBe(
    'waived: max_steps 19, allowed <= 2; fixtures/digits/budgets.yml:4 "rounding of requantization may move one step", owner @vision; waiver fixtures/digits/budgets.yml:12 "U8S8 saturation without VNNI; fixed by reduced-range weights, see digits.u8s7", owner @vision, until 2027-06-30',
  );
  expect(steps?.text).toContain('1767 of 2000 elements differ');
});

test('what did not pass names the file and line of its rule; what passed names none', () => {
  const { cases } = suiteOf(renderJunit(shippableRun()), 'chromium/webgpu');
  expect(cases.map(({ name, file, line }) => [name, file, line])).toEqual([
    ['logits · max_steps', 'fixtures/digits/budgets.yml', '4'],
    ['logits · top1_agreement', null, null],
    ['logits · nonfinite_mismatch', null, null],
  ]);
  // A rule of fleetdiff's own is in no file of the user.
  const [capture] = suiteOf(renderJunit(sampleRun()), 'nehalem/cpu').cases;
  expect([capture?.kinds, capture?.file]).toEqual([['error'], null]);
});

test('SoC, delegate and runtime are properties, and the time says whose it is', () => {
  const haswell = suiteOf(renderJunit(sampleRun()), 'haswell/cpu');
  expect(haswell.properties).toMatchObject({
    suite: 'digits-int8',
    soc: 'Intel Core (Haswell)',
    delegate: 'cpu: onnxruntime-node cpu',
    runtime: expect.stringMatching(/^onnxruntime-node \d/),
    emulator: 'qemu-user 10.0.2',
    time: "the harness' time for the whole job, not the device's speed",
  });
  const failed = suiteOf(renderJunit(sampleRun()), 'nehalem/cpu');
  expect(failed.properties).toEqual({
    suite: 'digits-int8',
    soc: 'Intel Nehalem',
    delegate: 'cpu: onnxruntime-node cpu',
  });
  expect(failed.time).toBe('0.000');
});

test('two long names that differ in the middle stay two tests', () => {
  const run = sampleRun({ fleet: DEFAULT_FLEET.slice(0, 1) });
  const [first] = run.verdicts.verdicts;
  const long = (middle: string) => `${'a'.repeat(5000)}${middle}${'a'.repeat(5000)}`;
  const verdicts = ['b', 'c'].map((middle) => ({ ...first!, id: `v-${middle}`, tensor: long(middle) }));
  const [suite] = read(renderJunit({ ...run, verdicts: { ...run.verdicts, verdicts } })).suites;
  const names = suite!.cases.map(({ name }) => name);
  expect(new Set(names).size).toBe(2);
  for (const name of names) expect(name.length).toBeLessThan(250);
});

test('a skipped target says what would provide it', () => {
  const [skipped] = suiteOf(renderJunit(sampleRun()), 'workstation/webgpu').cases;
  expect(skipped?.message).toBe('SwiftShader ICD not found; provide it: apt-get install chromium');
});

test('hostile names leave the file well-formed and add no element', () => {
  const { counts, found, suites } = read(renderJunit(hostileRun()));
  expect(counts.slice(0, 3)).toEqual(found.slice(0, 3));
  expect(suites).toHaveLength(16);
  expect(suites.some((suite) => suite.name.startsWith('d0/<img src=x onerror=alert(1)> · '))).toBe(true);
});
