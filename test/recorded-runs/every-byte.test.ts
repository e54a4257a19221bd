import { readdirSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Verdicts } from '../../harness/domain/run-files.ts';
import { UserError } from '../../harness/domain/user-error.ts';
import { dropRecording, judged, judgeUndamaged, makeRecording, type Recording } from './recording.ts';

/**
 * Every byte of the recorded run is damaged in turn, by one seeded bit pattern, and the run is compared and judged. Each time it
 * must be refused (a UserError), or not pass, or give the very verdicts of the undamaged run: then the byte lies in what no
 * verdict depends on, and those fields are listed here. A field that is not listed and goes unnoticed fails this test.
 *
 * All bytes take a quarter of an hour, so a seeded sample is taken: FLEETDIFF_SWEEP=2000 takes more, FLEETDIFF_SWEEP=all all.
 */
const { FLEETDIFF_SWEEP = '120' } = process.env;
const SAMPLE = FLEETDIFF_SWEEP === 'all' ? Number.POSITIVE_INFINITY : Number(FLEETDIFF_SWEEP);

/** In plan.json: the run's name and day, and where devices stand in devices.yml. `*` stands for one key. */
const FREE_IN_PLAN = ['run', 'createdAt', 'harness.version', 'devices.*.place.*'];

/** In captures: what the report shows and nothing decides by. */
const FREE_IN_CAPTURES = [
  'capturedAt',
  'provenance.device.soc',
  'provenance.device.arch',
  'provenance.device.os',
  'provenance.device.runtime.*',
  'provenance.device.host.*',
  'provenance.driver.*',
  'provenance.agentSha256',
  'provenance.harness.version',
  'placement.nodes.*.name',
  'placement.nodes.*.opType',
  'timings.*',
  // Rules may match by it, and nothing else in the run says it again: it is the device's word, taken once.
  'provenance.device.isa.*',
];

/** Blobs that neither compare nor judge reads: the model and the inputs. */
const NOT_READ = ['quarters.onnx', 'input'];

interface Damage {
  readonly file: string;
  readonly at: number;
  readonly mask: number;
}

/** Mulberry32: the same damages in every run of the test. */
function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

async function everyByte({ run }: Recording): Promise<Damage[]> {
  const next = random(20261122);
  const files = readdirSync(run, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(run, path.join(entry.parentPath, entry.name)))
    .sort();
  const damages: Damage[] = [];
  for (const file of files) {
    const { length } = await readFile(path.join(run, file));
    for (let at = 0; at < length; at++) damages.push({ file, at, mask: 1 + Math.floor(next() * 255) });
  }
  return damages;
}

function sampleOf(damages: readonly Damage[]): readonly Damage[] {
  const next = random(7);
  return damages.filter(() => next() < SAMPLE / damages.length);
}

/** What came of a damage: refused, not passed, or the same verdicts. Another PASS is what must not be. */
async function outcomeOf(
  recording: Recording,
  before: Verdicts,
): Promise<'refused' | 'not passed' | 'same' | 'other'> {
  try {
    const after = await judged(recording);
    if (after.verdicts.some(({ status }) => status !== 'PASS')) return 'not passed';
    return JSON.stringify(after.verdicts) === JSON.stringify(before.verdicts) ? 'same' : 'other';
  } catch (error) {
    if (error instanceof UserError) return 'refused';
    throw error;
  }
}

/** Dotted paths of the leaves and keys that differ. */
function differences(left: unknown, right: unknown, at = ''): string[] {
  if (Object.is(left, right)) return [];
  const [l, r] = [left, right] as Record<string, unknown>[];
  if (typeof left !== 'object' || typeof right !== 'object' || !left || !right) return [at];
  const keys = new Set([...Object.keys(left), ...Object.keys(right)]);
  return [...keys].flatMap((key) => differences(l![key], r![key], at ? `${at}.${key}` : key));
}

function isFree(file: string, place: string): boolean {
  const free = file === 'plan.json' ? FREE_IN_PLAN : FREE_IN_CAPTURES;
  return free.some((pattern) => {
    const [own, found] = [pattern.split('.'), place.split('.')];
    return own.length === found.length && own.every((key, index) => key === '*' || key === found[index]);
  });
}

/** Why it is right that the damage went unnoticed; undefined when it is not. */
function excuse(
  file: string,
  before: Buffer,
  after: Buffer,
  unread: ReadonlySet<string>,
): string | undefined {
  if (unread.has(path.basename(file))) return 'not read after capture';
  if (!file.endsWith('.json')) return undefined;
  const places = differences(JSON.parse(before.toString()), JSON.parse(after.toString()));
  if (places.length === 0) return 'the same JSON';
  return places.every((place) => isFree(file, place)) ? 'free text' : undefined;
}

async function unreadBlobs({ run }: Recording): Promise<ReadonlySet<string>> {
  const { suites } = JSON.parse(await readFile(path.join(run, 'plan.json'), 'utf8'));
  const [{ model, cases }] = suites;
  expect(NOT_READ).toEqual([path.basename(model.path), cases[0].inputs[0].name]);
  return new Set([
    model.sha256,
    ...cases.flatMap((each: (typeof cases)[0]) =>
      each.inputs.map((input: { sha256: string }) => input.sha256),
    ),
  ]);
}

test('no damaged byte is passed over that any verdict depends on', { timeout: 3_600_000 }, async () => {
  const before = await judgeUndamaged();
  const recording = await makeRecording();
  const unread = await unreadBlobs(recording);
  const damages = await everyByte(recording);
  const sample = sampleOf(damages);
  const counts: Record<string, number> = {};
  const wrong: string[] = [];
  for (const { file, at, mask } of sample) {
    const place = path.join(recording.run, file);
    const whole = await readFile(place);
    const damaged = Buffer.from(whole);
    damaged[at]! ^= mask;
    await writeFile(place, damaged);
    const outcome = await outcomeOf(recording, before);
    const why = outcome === 'same' ? excuse(file, whole, damaged, unread) : outcome;
    counts[why ?? 'unnoticed'] = (counts[why ?? 'unnoticed'] ?? 0) + 1;
    if (why === undefined || why === 'other') {
      const around = (bytes: Buffer) => bytes.subarray(Math.max(0, at - 20), at + 20).toString();
      wrong.push(`${file} at ${at}: ${outcome}\n${around(whole)}\n->\n${around(damaged)}`);
    }
    await writeFile(place, whole);
  }
  await dropRecording(recording);
  console.log(`${sample.length} of ${damages.length} bytes damaged: ${JSON.stringify(counts)}`);
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(sample.length).toBeGreaterThan(Math.min(SAMPLE, damages.length) / 2);
  expect(counts.refused).toBeGreaterThan(0);
  expect(counts['not passed']).toBeGreaterThan(0);
});
