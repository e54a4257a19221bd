import { readFile, rm, writeFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { writeSafetensors } from '../../harness/formats/safetensors.ts';
import { workFolder } from './work-folder.ts';

interface Golden {
  readonly cases: Record<string, object>;
}

// QDQ without optimization computes in float between its quantizers: bit-identical on every ISA that was tried.
test('golden --check recomputes the committed golden to the bit, and writes nothing', async () => {
  const work = await workFolder();
  const file = work.file('fixtures/digits/golden/golden.json');
  const before = await readFile(file, 'utf8');
  const ended = await work.run(['golden', 'digits', '--check']);
  expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  expect(ended.stdout).toContain('bit-identical');
  expect(await readFile(file, 'utf8')).toBe(before);
});

test('a golden that would change fails the check, says where, and is replaced by --approve alone', async () => {
  const work = await workFolder();
  const golden = work.file('fixtures/digits/golden/golden.json');
  const honest = await readFile(golden, 'utf8');
  const parsed = JSON.parse(honest) as { cases: Record<string, { file: string; sha256: string }> };
  const entry = parsed.cases['digits-2']!;
  const data = new Uint8Array(new Float32Array(500).buffer);
  const bytes = writeSafetensors([{ name: 'logits', dtype: 'float32', shape: [50, 10], data }], entry.file);
  await writeFile(work.file('fixtures/digits/golden', entry.file), bytes);
  const { createHash } = await import('node:crypto');
  entry.sha256 = createHash('sha256').update(bytes).digest('hex');
  await writeFile(golden, JSON.stringify(parsed));

  const checked = await work.run(['golden', 'digits', '--check']);
  expect(checked.code, checked.stdout).toBe(1);
  expect(checked.stdout).toMatch(/CHANGED {2}digits-2 logits: not the same bytes/);
  const refused = await work.run(['golden', 'digits']);
  expect(refused.code).toBe(1);
  expect(await readFile(golden, 'utf8')).toBe(JSON.stringify(parsed));
  const approved = await work.run(['golden', 'digits', '--approve']);
  expect(approved.code, approved.stderr).toBe(0);
  // What it computes is what was committed, to the bit.
  expect(JSON.parse(await readFile(golden, 'utf8'))).toMatchObject({
    cases: { 'digits-2': { sha256: JSON.parse(honest).cases['digits-2'].sha256 } },
  });
}, 120_000);

test.for<[what: string, change: (golden: Golden) => void, says: string]>([
  ['inputs', ({ cases }) => Object.assign(cases['digits-1']!, { inputsSha256: '0'.repeat(64) }), 'digits-1'],
  ['cases', ({ cases }) => delete cases['digits-3'], 'lacks case "digits-3"'],
])('a golden of other %s is not replaced unasked, exit 1', async ([, change, says]) => {
  const { work, file, stale } = await staleGolden(change);
  const ended = await work.run(['golden', 'digits']);
  expect(ended.code, ended.stderr).toBe(1);
  expect(ended.stdout).toMatch(/^STALE {4}The /m);
  expect(ended.stdout.replace(/\s+/g, ' ')).toContain(says);
  expect(ended.stdout).toContain('fleetdiff golden fixtures/digits --approve');
  expect(await readFile(file, 'utf8')).toBe(stale);
});

test('a golden of another model is refused by --check and by run, and replaced by --approve', async () => {
  const { work, file, stale } = await staleGolden((golden) =>
    Object.assign(golden, { modelSha256: '0'.repeat(64) }),
  );
  const checked = await work.run(['golden', 'digits', '--check', '--approve']);
  expect(checked.code).toBe(1);
  expect(checked.stdout.replace(/\s+/g, ' ')).toContain("the suite's model is");
  expect(await readFile(file, 'utf8')).toBe(stale);
  const refused = await work.run(['run', 'digits']);
  expect(refused.code).toBe(2);
  expect(refused.stderr).toContain('fleetdiff golden fixtures/digits --approve\n');
  const approved = await work.run(['golden', 'fixtures/digits', '--approve', '--json']);
  expect(approved.code, approved.stderr).toBe(0);
  expect(JSON.parse(approved.stdout)).toMatchObject({
    schemaVersion: 1,
    kind: 'golden-report',
    committed: { status: 'stale' },
    written: true,
  });
  expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
    modelSha256: expect.not.stringMatching(/^0+$/),
  });
}, 60_000);

async function staleGolden(change: (golden: Golden) => void) {
  const work = await workFolder();
  const file = work.file('fixtures/digits/golden/golden.json');
  const golden = JSON.parse(await readFile(file, 'utf8')) as Golden;
  change(golden);
  const stale = JSON.stringify(golden);
  await writeFile(file, stale);
  return { work, file, stale };
}

test('a golden that is damaged stops a run before any device is touched', async () => {
  const work = await workFolder();
  const file = work.file('fixtures/digits/golden/digits-0.safetensors');
  const bytes = await readFile(file);
  bytes[bytes.length - 1]! ^= 1;
  await writeFile(file, bytes);
  const ended = await work.run(['run', 'digits']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('E_GOLDEN');
});

test('a suite without its golden says how to make one, and golden makes it', async () => {
  const work = await workFolder();
  const file = work.file('fixtures/digits/golden/golden.json');
  const { cases } = JSON.parse(await readFile(file, 'utf8')) as Golden;
  await rm(work.file('fixtures/digits/golden'), { recursive: true });
  expect((await work.run(['golden', 'digits', '--check'])).code).toBe(1);
  const ended = await work.run(['run', 'digits']);
  expect(ended.code).toBe(2);
  expect(ended.stderr).toContain('fleetdiff golden');
  expect((await work.run(['golden', 'digits'])).code).toBe(0);
  expect((JSON.parse(await readFile(file, 'utf8')) as Golden).cases).toEqual(cases);
}, 120_000);
