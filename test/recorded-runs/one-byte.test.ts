import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Capture, Verdicts } from '../../harness/domain/run-files.ts';
import {
  answerOtherwise,
  BUDGETS,
  blobFile,
  captureFile,
  changeByte,
  changeByteAfter,
  changeLast,
  copyRecording,
  flipBlobByte,
  judged,
  judgedByCli,
  judgeUndamaged,
  lost,
  moved,
  type Recording,
  readCaptureFile,
} from './recording.ts';

/**
 * For every verdict one byte of the all-pass run is another (where no byte can do it, one file, and the row says so), the run
 * is compared and judged, and exactly that verdict stands on exactly those targets: every other verdict is as it was.
 */
interface Row {
  readonly name: string;
  readonly damage: (recording: Recording) => Promise<unknown>;
  /** `STATUS target tensor metric` of every verdict that is not as it was. */
  readonly verdicts: readonly string[];
  /** Targets of which verdicts are gone: what they answered cannot be judged. */
  readonly lost?: readonly string[];
  readonly exitCode: 0 | 1 | 3;
  /** What is damaged is a limit: the verdicts that still pass under it name the new one. */
  readonly limit?: true;
}

/** Today's budgets lie in the work folder and count; there is one byte between them and those of the plan. */
async function changeBudgets({ workFolder }: Recording, from: string, to: string): Promise<void> {
  const file = path.join(workFolder, BUDGETS);
  await mkdir(path.dirname(file), { recursive: true });
  await cp(path.resolve(import.meta.dirname, '../..', BUDGETS), file);
  await changeByte(workFolder, BUDGETS, from, to);
}

const changeCapture = (target: string, from: string, to: string) => (recording: Recording) =>
  changeByte(recording.run, captureFile(target), from, to);

const changePlan = (from: string, to: string) => (recording: Recording) =>
  changeByte(recording.run, 'plan.json', from, to);

const otherProvider = (target: string) =>
  changeCapture(target, 'CPUExecutionProvider', 'GPUExecutionProvider');

/** One byte of the blob that the first case's output lies in. */
const flipOutput = (target: string, tensor: string) => async (recording: Recording) => {
  const { cases } = await readCaptureFile(recording, target);
  const output = cases[0]!.repeats[0]!.find(({ name }) => name === tensor)!;
  await flipBlobByte(recording, output, 0);
};

/** Takes a file: a skipped capture says why, and what would provide the part. */
const skip = (target: string) => async (recording: Recording) => {
  const { schemaVersion, kind, suite, planHash, capturedAt } = await readCaptureFile(recording, target);
  const skipped: Capture = {
    ...{ schemaVersion, kind, suite, target, planHash, capturedAt },
    ...{ status: 'skipped', reason: 'no browser', remedy: 'fleetdiff doctor --fix' },
  };
  await writeFile(path.join(recording.run, captureFile(target)), JSON.stringify(skipped));
};

/** Takes more than a byte: a second output bears the first one's name. */
const nameTwice = (target: string) => async (recording: Recording) => {
  const file = path.join(recording.run, captureFile(target));
  const capture = await readFile(file, 'utf8');
  await writeFile(file, capture.replace('"name": "codes"', '"name": "scores"'));
};

/** The hash that follows `key` in the capture begins with another digit. */
async function changeHexDigit(recording: Recording, target: string, key: string): Promise<void> {
  await changeByteAfter(recording.run, captureFile(target), key);
}

const changePlanHash = ({ run }: Recording) => changeByteAfter(run, 'plan.json', '"planHash": "');

const EVERY_TARGET = ['board/cpu', 'browser/wasm', 'phone/cpu', 'workstation/cpu'];
/** Nothing is left of these targets but the word that nothing is there. */
function incomplete(...targets: readonly string[]): Pick<Row, 'verdicts' | 'lost' | 'exitCode'> {
  return {
    verdicts: targets.map((target) => `INCOMPLETE ${target} * capture`),
    lost: targets,
    exitCode: 3,
  };
}

/** One row a status. */
const STATUSES: readonly Row[] = [
  {
    name: 'PASS: free text',
    damage: changeCapture('board/cpu', 'A board', 'A boar!'),
    verdicts: [],
    exitCode: 0,
  },
  {
    name: 'WARN: a limit of the budgets',
    damage: (recording) => changeBudgets(recording, 'warn: 1', 'warn: 0'),
    verdicts: ['board/cpu codes', 'board/cpu scores', 'browser/wasm codes', 'browser/wasm scores'].map(
      (of) => `WARN ${of} max_steps`,
    ),
    exitCode: 0,
  },
  {
    name: 'WAIVED: a node that ran elsewhere, on the target whose nodes may',
    damage: otherProvider('phone/cpu'),
    verdicts: ['WAIVED phone/cpu * fallback_nodes'],
    exitCode: 0,
  },
  {
    name: 'FAIL: a node that ran elsewhere',
    damage: otherProvider('board/cpu'),
    verdicts: ['FAIL board/cpu * fallback_nodes'],
    exitCode: 1,
  },
  {
    name: 'INCOMPLETE: a capture that is no JSON',
    damage: changeCapture('board/cpu', '"repeats"', '"repeats!'),
    ...incomplete('board/cpu'),
  },
  {
    name: 'NOT_COMPARABLE: an output',
    damage: flipOutput('board/cpu', 'codes'),
    verdicts: ['NOT_COMPARABLE board/cpu codes comparable'],
    exitCode: 3,
  },
  {
    name: 'SKIPPED: the capture of an optional target (a file)',
    damage: skip('browser/wasm'),
    verdicts: ['SKIPPED browser/wasm * capture'],
    lost: ['browser/wasm'],
    exitCode: 0,
  },
];

const FURTHER: readonly Row[] = [
  {
    name: 'FAIL: a limit of the budgets',
    damage: (recording) => changeBudgets(recording, 'max_abs: 0.25', 'max_abs: 0.15'),
    verdicts: ['FAIL board/cpu scores max_abs', 'FAIL browser/wasm scores max_abs'],
    exitCode: 1,
    limit: true,
  },
  {
    name: 'FAIL: a code answered three steps off (5 + 128 is 133)',
    damage: (recording) =>
      answerOtherwise(recording, 'board/cpu', { case: 'batch', tensor: 'codes', at: 8, byte: 136 }),
    verdicts: ['FAIL board/cpu codes max_steps'],
    exitCode: 1,
  },
  {
    name: 'FAIL: the highest score of a sample answered as NaN (40A00000 is 5, 7FA00000 is none)',
    damage: (recording) =>
      answerOtherwise(recording, 'workstation/cpu', { case: 'batch', tensor: 'scores', at: 43, byte: 0x7f }),
    verdicts: ['nonfinite_mismatch', 'top1_agreement', 'top2_overlap'].map(
      (metric) => `FAIL workstation/cpu scores ${metric}`,
    ),
    exitCode: 1,
  },
  {
    name: 'WAIVED: a code answered three steps off, where that is waived',
    damage: (recording) =>
      answerOtherwise(recording, 'phone/cpu', { case: 'batch', tensor: 'codes', at: 8, byte: 136 }),
    verdicts: ['WAIVED phone/cpu codes max_steps'],
    exitCode: 0,
  },
  {
    name: 'FAIL: a code answered ten steps off, where nine are waived',
    damage: (recording) =>
      answerOtherwise(recording, 'phone/cpu', { case: 'batch', tensor: 'codes', at: 8, byte: 143 }),
    verdicts: ['FAIL phone/cpu codes max_steps'],
    exitCode: 1,
  },
  {
    name: 'FAIL: a waiver that has expired (and the byte that it waived)',
    damage: async (recording) => {
      await changeBudgets(recording, '2099-12-31', '2009-12-31');
      await otherProvider('phone/cpu')(recording);
    },
    verdicts: ['FAIL phone/cpu * fallback_nodes'],
    exitCode: 1,
  },
  {
    name: 'INCOMPLETE: a capture that is gone (a file)',
    damage: ({ run }) => rm(path.join(run, captureFile('board/cpu'))),
    ...incomplete('board/cpu'),
  },
  {
    name: 'INCOMPLETE: the skipped capture of a target that is not optional (a file)',
    damage: skip('phone/cpu'),
    ...incomplete('phone/cpu'),
  },
  {
    name: 'INCOMPLETE: a capture of another plan',
    damage: (recording) => changeHexDigit(recording, 'phone/cpu', '"planHash": "'),
    ...incomplete('phone/cpu'),
  },
  {
    name: 'INCOMPLETE: a capture of another case',
    damage: changeCapture('phone/cpu', '"case": "batch"', '"case": "match"'),
    ...incomplete('phone/cpu'),
  },
  {
    name: 'INCOMPLETE: a capture of another model',
    damage: (recording) => changeHexDigit(recording, 'phone/cpu', '"modelSha256": "'),
    ...incomplete('phone/cpu'),
  },
  {
    name: 'INCOMPLETE: a capture of other inputs',
    damage: (recording) => changeHexDigit(recording, 'phone/cpu', '"inputsSha256": "'),
    ...incomplete('phone/cpu'),
  },
  {
    name: 'INCOMPLETE: a capture in which two outputs have one name (more than a byte)',
    damage: nameTwice('phone/cpu'),
    ...incomplete('phone/cpu'),
  },
  {
    name: 'INCOMPLETE: a capture with other options',
    damage: changeCapture('phone/cpu', '"threads": 1', '"threads": 2'),
    ...incomplete('phone/cpu'),
  },
  ...(
    [
      ['the repeats', '"repeats": 2', '"repeats": 1'],
      ['a limit of the budgets that it keeps', 'max_abs: 0.25', 'max_abs: 9.25'],
      ['the scale of an output', '"scale": [\n         0.25', '"scale": [\n         0.55'],
      ['the name of the output that decides', '"output": "scores"', '"output": "scares"'],
      ['an expected answer', '"batch#2": 2', '"batch#2": 3'],
      ['a device', '"soc": "A phone"', '"soc": "A prone"'],
    ] as const
  ).map(
    ([what, from, to]): Row => ({
      name: `INCOMPLETE: a plan that has changed in ${what}`,
      damage: changePlan(from, to),
      ...incomplete(...EVERY_TARGET),
    }),
  ),
  {
    name: 'INCOMPLETE: a plan that does not hash to its hash',
    damage: changePlanHash,
    ...incomplete(...EVERY_TARGET),
  },
  {
    name: 'NOT_COMPARABLE: an output of the golden, on whoever is compared with it',
    damage: flipOutput('workstation/cpu', 'codes'),
    verdicts: EVERY_TARGET.map((target) => `NOT_COMPARABLE ${target} codes comparable`),
    exitCode: 3,
  },
  {
    name: 'NOT_COMPARABLE: the dtype of an output',
    damage: changeCapture('board/cpu', '"uint8"', '"uint4"'),
    verdicts: ['FAIL board/cpu codes distinct_outputs', 'NOT_COMPARABLE board/cpu codes comparable'],
    exitCode: 3,
  },
  {
    name: 'NOT_COMPARABLE: the size of an output in its second repeat alone',
    damage: ({ run }) => changeLast(run, captureFile('board/cpu'), '"bytes": 16', '"bytes": 10'),
    verdicts: ['FAIL board/cpu scores distinct_outputs', 'NOT_COMPARABLE board/cpu scores comparable'],
    exitCode: 3,
  },
  {
    name: 'NOT_COMPARABLE: the name of an output',
    damage: changeCapture('board/cpu', '"name": "codes"', '"name": "nodes"'),
    verdicts: ['NOT_COMPARABLE board/cpu codes comparable', 'NOT_COMPARABLE board/cpu nodes comparable'],
    exitCode: 3,
  },
  {
    name: 'NOT_COMPARABLE: an output that is gone (a file)',
    damage: async (recording) => {
      const { cases } = await readCaptureFile(recording, 'board/cpu');
      await rm(path.join(recording.run, blobFile(cases[0]!.repeats[0]![1]!)));
    },
    verdicts: ['NOT_COMPARABLE board/cpu scores comparable'],
    exitCode: 3,
  },
];

let before: Verdicts;
beforeAll(async () => {
  before = await judgeUndamaged();
});

/** Beside the finding, passing numbers may move in the same tensor of the same target, and nowhere else. */
function expectRow(row: Row, after: Verdicts): void {
  const all = moved(before, after);
  const passing = all.filter((words) => words.startsWith('PASS '));
  const near = (words: string) =>
    row.verdicts.some(
      (finding) => (row.limit ? metricOf : placeOf)(finding) === (row.limit ? metricOf : placeOf)(words),
    );
  expect(all.filter((words) => !passing.includes(words))).toEqual(row.verdicts);
  expect(passing.filter((words) => !near(words))).toEqual([]);
  expect(lost(before, after)).toEqual(row.lost ?? []);
  expect(after.exitCode).toBe(row.exitCode);
}

const metricOf = (words: string) => words.split(' ')[3];
const placeOf = (words: string) => words.split(' ').slice(1, 3).join(' ');

test('the undamaged run passes: only PASS, exit 0', () => {
  expect(new Set(before.verdicts.map(({ status }) => status))).toEqual(new Set(['PASS']));
  expect(new Set(before.verdicts.map(({ target }) => target))).toEqual(new Set(EVERY_TARGET));
  expect(before.exitCode).toBe(0);
});

test.for([...STATUSES, ...FURTHER])('$name', async (row) => {
  const recording = await copyRecording();
  await row.damage(recording);
  expectRow(row, await judged(recording));
});

test.for(STATUSES.filter(({ name }) => /^(WAIVED|FAIL|NOT_COMPARABLE)/.test(name)))(
  'the built CLI says so too: $name',
  async (row) => {
    const recording = await copyRecording();
    await row.damage(recording);
    const { code, verdicts, stderr } = await judgedByCli(recording);
    expect(stderr).toBe('');
    expectRow(row, verdicts!);
    expect(code).toBe(row.exitCode);
  },
);

describe('exit 2: one byte that makes a file unreadable', () => {
  test.for([
    { name: 'a plan that is no JSON', damage: changePlan('"run":', '"run";'), code: 'E_RUN_FILE_DAMAGED' },
    {
      name: 'a plan of a newer fleetdiff',
      damage: changePlan('"schemaVersion": 1', '"schemaVersion": 2'),
      code: 'E_RUN_FILE_NEWER',
    },
    { name: 'a plan of another kind', damage: changePlan('"plan"', '"plat"'), code: 'E_RUN_FILE_KIND' },
    {
      name: 'budgets with a metric that nobody knows',
      damage: (recording: Recording) => changeBudgets(recording, 'max_abs:', 'max_abz:'),
      code: 'E_BUDGET_UNKNOWN_METRIC',
    },
    {
      name: 'budgets for a tensor that nobody has',
      damage: (recording: Recording) => changeBudgets(recording, 'tensor: scores', 'tensor: scares'),
      code: 'E_BUDGET_UNKNOWN_TENSOR',
    },
  ])('$name', async ({ damage, code }) => {
    const recording = await copyRecording();
    await damage(recording);
    await expect(judged(recording)).rejects.toMatchObject({ code });
  });

  test('the built CLI says so too', async () => {
    const recording = await copyRecording();
    await changePlan('"run":', '"run";')(recording);
    const { compared, code, stderr } = await judgedByCli(recording);
    expect([compared.code, code]).toEqual([2, 2]);
    expect(stderr).toMatch(/^E_RUN_FILE_DAMAGED {2}.*plan\.json/);
    expect(stderr).not.toContain('    at ');
  });
});
