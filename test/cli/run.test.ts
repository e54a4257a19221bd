import { existsSync } from 'node:fs';
import { cp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capture, Comparisons, Plan, Verdicts } from '../../harness/domain/run-files.ts';
import { readablePage } from '../report/read-page.ts';
import { type Ended, HOST_FLEET, makeWorkFolder, type WorkFolder, workFolder } from './work-folder.ts';

const readJson = async <T>(...names: string[]): Promise<T> =>
  JSON.parse(await readFile(path.join(...names), 'utf8')) as T;

const withoutAppium = {
  NODE_OPTIONS: `--import=${path.join(import.meta.dirname, 'without-appium.mjs')}`,
};

describe('fleetdiff run on this machine alone', () => {
  let work: WorkFolder;
  let ended: Ended;
  let run: string;

  beforeAll(async () => {
    work = await makeWorkFolder();
    ended = await work.run(['run', 'digits', '--timings']);
    run = work.file('reports/latest');
  });
  afterAll(() => rm(work.folder, { recursive: true, force: true }));

  test('is within budget, whatever this host computes like', () => {
    expect(ended.stderr).toContain('captured  workstation/cpu');
    expect(ended.code, ended.stdout + ended.stderr).toBe(0);
  });

  test('prints a table of 80 columns without colour, and the report below it', () => {
    const lines = ended.stdout.split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape codes are what is looked for
    expect(ended.stdout).not.toMatch(/\u001b/);
    expect(ended.stdout).toMatch(/report {2}reports\/.*\/report\.html/);
  });

  test('tells on stderr, a line a stage, what came of it', () => {
    expect(ended.stderr).toMatch(/^plan {6}2 captures on 1 device {2}\d/m);
    expect(ended.stderr).toMatch(/^capture {3}2\/2 captures {2}\d/m);
    expect(ended.stderr).toMatch(/^compare {3}8 comparisons {2}\d/m);
    expect(ended.stderr).toMatch(/^render {4}reports\/.*\/report\.html {2}\d/m);
  });

  test.for(['--quiet', '--json'])('tells nothing with %s', async (option) => {
    const again = await work.run(['run', '--resume', 'latest', option]);
    expect(again.stderr).toBe('');
    expect(again.code).toBe(0);
    expect(again.stdout).toMatch(option === '--json' ? /^\{/ : /^[✔+] PASS/);
  });

  test('writes every file of the contract', async () => {
    const files = [
      'plan.json',
      'captures/workstation.cpu/digits-int8.json',
      'captures/workstation.cpu-noopt/digits-int8.json',
      'comparisons.json',
      'equivalence.json',
      'determinism.json',
      'placement.json',
      'verdicts.json',
      'report.html',
      'junit.xml',
      'divergence.csv',
      'summary.md',
      'log.ndjson',
    ];
    expect(files.filter((file) => !existsSync(path.join(run, file)))).toEqual([]);
    expect(await readlink(work.file('reports/latest'))).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ-[0-9a-f]{4}$/,
    );
  });

  test('captures name what ran where', async () => {
    const capture = await readJson<Capture>(run, 'captures/workstation.cpu/digits-int8.json');
    if (capture.status !== 'captured') throw new Error('not captured');
    expect(capture.placement).toMatchObject({ requested: 'cpu', status: 'attested' });
    expect(new Set(capture.placement.nodes.map(({ provider }) => provider))).toEqual(
      new Set(['CPUExecutionProvider']),
    );
    expect(capture.provenance.device.runtime).toMatchObject({ version: '1.30.0' });
    expect(capture.cases).toHaveLength(4);
    expect(capture.cases[0]?.repeats).toHaveLength(3);
  });

  test('200 digits are compared, and the classifier is as accurate as its reference', async () => {
    const { comparisons } = await readJson<Comparisons>(run, 'comparisons.json');
    const mine = comparisons.filter(({ target }) => target === 'workstation/cpu-noopt');
    const decisions = mine.flatMap((each) =>
      each.status === 'compared' && each.decisions ? [each.decisions] : [],
    );
    expect(decisions.reduce((sum, { samples }) => sum + samples, 0)).toBe(200);
    expect(mine).toHaveLength(4);
    const pooled = (metric: 'accuracy' | 'accuracy_reference') =>
      decisions.reduce((sum, each) => sum + Number(each[metric]) * each.labelled, 0) / 200;
    expect(decisions.map(({ labelled }) => labelled)).toEqual([50, 50, 50, 50]);
    expect(pooled('accuracy')).toBe(pooled('accuracy_reference'));
    expect(pooled('accuracy')).toBeGreaterThan(0.9);
  });

  test('the later stages give the same files again with Appium and the runtime absent', async () => {
    const files = [
      'comparisons.json',
      'equivalence.json',
      'determinism.json',
      'placement.json',
      'report.html',
      'junit.xml',
      'divergence.csv',
      'findings.sarif',
    ];
    const read = async (file: string) => readablePage(await readFile(path.join(run, file), 'utf8'));
    const before = await Promise.all(files.map(read));
    for (const file of files) await rm(path.join(run, file));
    for (const stage of ['compare', 'judge', 'render']) {
      const again = await work.run([stage, 'latest'], withoutAppium);
      expect(again.code, again.stderr).toBe(0);
    }
    const after = await Promise.all(files.map(read));
    const judgedAt = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g;
    for (const [index, text] of after.entries()) {
      expect(text.replace(judgedAt, ''), files[index]).toBe(before[index]?.replace(judgedAt, ''));
    }
  });

  test('capture itself cannot work with Appium absent: the check above looks at the right thing', async () => {
    const copy = work.file('reports/copy');
    await cp(run, copy, { recursive: true, dereference: true });
    await rm(path.join(copy, 'captures'), { recursive: true });
    const ended = await work.run(['capture', 'reports/copy'], withoutAppium);
    expect(ended.code).toBe(3);
    expect(ended.stderr).toContain('no device software here');
  });

  test('new budgets judge an old run', async () => {
    const budgets = work.file('fixtures/digits/budgets.yml');
    const before = await readFile(budgets, 'utf8');
    await writeFile(
      budgets,
      'schema: fleetdiff/budgets@1\nrules:\n  - match: {}\n    limits: {sqnr_db: {fail: 1000}}\n    reason: no host is that good\n',
    );
    const judged = await work.run(['judge', 'latest', '--json']);
    await writeFile(budgets, before);
    const verdicts = JSON.parse(judged.stdout) as Verdicts;
    const fails = verdicts.verdicts.filter(({ metric, status }) => metric === 'sqnr_db' && status === 'FAIL');
    expect(fails.every(({ rule }) => rule.file === 'fixtures/digits/budgets.yml' && rule.line === 3)).toBe(
      true,
    );
    // A target that equals the golden bit for bit has an infinite ratio, and meets even that.
    expect(
      verdicts.verdicts.some(
        ({ metric, actual }) => metric === 'sqnr_db' && (actual === 'Infinity' || fails.length > 0),
      ),
    ).toBe(true);
    expect(judged.code).toBe(fails.length > 0 ? 1 : 0);
  });

  test('explain shows the rule chain of a verdict', async () => {
    await work.run(['judge', 'latest']);
    const { verdicts } = await readJson<Verdicts>(run, 'verdicts.json');
    const verdict = verdicts.find(({ metric }) => metric === 'max_steps');
    const explained = await work.run(['explain', 'latest', verdict!.id]);
    expect(explained.stdout).toContain('max_steps');
    expect(explained.stdout).toMatch(/fixtures\/digits\/budgets\.yml:\d+.*wins/);
  });

  describe('damage', () => {
    const damaged = async (
      damage: (copy: string) => Promise<unknown>,
    ): Promise<{ verdicts: Verdicts; code: number | null; stderr: string }> => {
      const copy = work.file('reports/damaged');
      await rm(copy, { recursive: true, force: true });
      await cp(run, copy, { recursive: true, dereference: true });
      await damage(copy);
      await work.run(['compare', 'reports/damaged']);
      const judged = await work.run(['judge', 'reports/damaged', '--json']);
      return {
        verdicts: judged.stdout
          ? (JSON.parse(judged.stdout) as Verdicts)
          : ({ verdicts: [] } as unknown as Verdicts),
        code: judged.code,
        stderr: judged.stderr,
      };
    };
    const capture = 'captures/workstation.cpu/digits-int8.json';
    const blobOf = async (copy: string) => {
      const read = await readJson<Capture>(copy, capture);
      const sha256 = read.status === 'captured' ? read.cases[0]!.repeats[0]![0]!.sha256 : '';
      return path.join(copy, 'blobs', sha256.slice(0, 2), sha256);
    };
    const statusOf = (verdicts: Verdicts, metric: string) =>
      verdicts.verdicts.find((each) => each.target === 'workstation/cpu' && each.metric === metric)?.status;

    test('one byte of an output: NOT_COMPARABLE, exit 3', async () => {
      const { verdicts, code } = await damaged(async (copy) => {
        const blob = await blobOf(copy);
        const bytes = await readFile(blob);
        bytes[100]! ^= 1;
        await writeFile(blob, bytes);
      });
      expect(statusOf(verdicts, 'comparable')).toBe('NOT_COMPARABLE');
      expect(code).toBe(3);
    });
    test('an output that is gone: NOT_COMPARABLE, exit 3', async () => {
      const { verdicts, code } = await damaged(async (copy) => rm(await blobOf(copy)));
      expect(statusOf(verdicts, 'comparable')).toBe('NOT_COMPARABLE');
      expect(code).toBe(3);
    });
    test('a capture that is gone: INCOMPLETE, exit 3', async () => {
      const { verdicts, code } = await damaged((copy) => rm(path.join(copy, capture)));
      expect(statusOf(verdicts, 'capture')).toBe('INCOMPLETE');
      expect(code).toBe(3);
    });
    test('a capture that is no JSON any more: INCOMPLETE, exit 3', async () => {
      const { verdicts, code } = await damaged((copy) => writeFile(path.join(copy, capture), '{'));
      expect(statusOf(verdicts, 'capture')).toBe('INCOMPLETE');
      expect(code).toBe(3);
    });
    test('a capture of another target in its place: INCOMPLETE, exit 3', async () => {
      const { verdicts, code } = await damaged((copy) =>
        cp(path.join(copy, 'captures/workstation.cpu-noopt/digits-int8.json'), path.join(copy, capture)),
      );
      expect(statusOf(verdicts, 'capture')).toBe('INCOMPLETE');
      expect(code).toBe(3);
    });
    test('a capture of another plan: INCOMPLETE, exit 3', async () => {
      const { verdicts, code } = await damaged(async (copy) => {
        const read = await readJson<Capture>(copy, capture);
        await writeFile(path.join(copy, capture), JSON.stringify({ ...read, planHash: '0'.repeat(64) }));
      });
      expect(statusOf(verdicts, 'capture')).toBe('INCOMPLETE');
      expect(code).toBe(3);
    });
    test('a case that the capture lost: INCOMPLETE, exit 3', async () => {
      const { verdicts, code } = await damaged(async (copy) => {
        const read = await readJson<Extract<Capture, { status: 'captured' }>>(copy, capture);
        await writeFile(path.join(copy, capture), JSON.stringify({ ...read, cases: read.cases.slice(1) }));
      });
      expect(statusOf(verdicts, 'capture')).toBe('INCOMPLETE');
      expect(code).toBe(3);
    });
    test('a plan of a newer fleetdiff is refused: exit 2, and it says so', async () => {
      const { code, stderr } = await damaged(async (copy) => {
        const plan = await readJson<Plan>(copy, 'plan.json');
        await writeFile(path.join(copy, 'plan.json'), JSON.stringify({ ...plan, schemaVersion: 2 }));
      });
      expect(code).toBe(2);
      expect(stderr).toContain('E_RUN_FILE_NEWER');
    });
  });
});

describe('a run that is interrupted', () => {
  test('keeps what was captured, exits 130, and --resume captures only the rest', async () => {
    const work = await workFolder(
      HOST_FLEET.replace('delegates: [cpu, cpu-noopt]', 'delegates: [cpu, cpu-noopt, slow]').replace(
        'devices:',
        // Enough work after the first two targets that the interrupt arrives in the middle.
        '  slow: {runtime: onnxruntime-node, provider: cpu, optimization: basic}\ndevices:',
      ),
    );
    const { child, ended } = work.start(['run', 'digits', '--repeats', '200']);
    let seen = '';
    child.stderr!.on('data', (text: string) => {
      seen += text;
      if (seen.includes('captured') && !child.killed) child.kill('SIGINT');
    });
    const interrupted = await ended;
    expect(interrupted.code, interrupted.stderr).toBe(130);
    expect(interrupted.stderr).toContain('fleetdiff run --resume');
    const first = work.file('reports/latest/captures/workstation.cpu/digits-int8.json');
    const last = work.file('reports/latest/captures/workstation.slow/digits-int8.json');
    const kept = await readFile(first, 'utf8');
    expect(existsSync(last)).toBe(false);

    const resumed = await work.run(['run', '--resume', 'latest']);
    expect(resumed.code, resumed.stderr).toBe(0);
    expect(resumed.stderr).not.toMatch(/running +workstation\/cpu /);
    expect(await readFile(first, 'utf8')).toBe(kept);
    expect(existsSync(last)).toBe(true);
  }, 120_000);
});

describe('trouble of one device', () => {
  test('a board that cannot be reached fails alone: the others are judged, exit 3', async () => {
    const board =
      '  - {name: board, driver: soc, launch: {ssh: nobody@127.0.0.1, port: 1}, delegates: [cpu]}\n';
    const work = await workFolder(HOST_FLEET + board);
    const ended = await work.run(['run', 'digits']);
    expect(ended.code).toBe(3);
    const { verdicts } = await readJson<Verdicts>(work.file('reports/latest/verdicts.json'));
    expect(verdicts.find(({ target }) => target === 'board/cpu')).toMatchObject({ status: 'INCOMPLETE' });
    expect(verdicts.some(({ target, status }) => target === 'workstation/cpu' && status === 'PASS')).toBe(
      true,
    );
    expect(ended.stdout).toContain('board/cpu');
  }, 120_000);

  test.for([
    { optional: true, status: 'SKIPPED', code: 0 },
    { optional: false, status: 'INCOMPLETE', code: 3 },
  ])(
    'an emulator that is missing: $status when optional is $optional',
    async ({ optional, status, code }) => {
      const arm = `  - {name: arm, driver: soc, launch: {emulator: qemu-user, arch: aarch64, cpu: cortex-a53}, optional: ${optional}, delegates: [cpu]}\n`;
      const work = await workFolder(HOST_FLEET + arm, { parts: false });
      // A machine without qemu: nothing on the path but Node.
      const ended = await work.run(['run', 'digits'], { PATH: path.dirname(process.execPath) });
      expect(ended.code, ended.stderr).toBe(code);
      const { verdicts } = await readJson<Verdicts>(work.file('reports/latest/verdicts.json'));
      expect(verdicts.find(({ target }) => target === 'arm/cpu')).toMatchObject({ status });
      expect(ended.stdout).toContain('fleetdiff doctor --fix');
    },
  );
});

describe('bad input', () => {
  test('a typo in budgets.yml is told with line and nearest name, before any device is touched', async () => {
    const work = await workFolder();
    await work.write(
      'fixtures/digits/budgets.yml',
      'schema: fleetdiff/budgets@1\nrules:\n  - match: {tensor: logit}\n    limits: {max_steps: 2}\n    reason: typo\n',
    );
    const ended = await work.run(['run', 'digits']);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toBe(
      [
        'E_BUDGET_UNKNOWN_TENSOR  fixtures/digits/budgets.yml:3',
        '  The rule names tensor "logit", but the model\'s outputs are: "logits".',
        '  Did you mean "logits"?',
        '',
      ].join('\n'),
    );
    expect(existsSync(work.file('reports'))).toBe(false);
  });

  test.for([
    { args: ['run', 'digit'], code: 'E_SUITE_NOT_FOUND', says: 'Did you mean "digits"?' },
    {
      args: ['run', 'digits', '--only', 'haswel/*'],
      code: 'E_ONLY_MATCHES_NOTHING',
      says: 'workstation/cpu',
    },
    { args: ['run', 'digits', '--tag', 'prr'], code: 'E_TAG_UNKNOWN', says: 'Did you mean "pr"?' },
    { args: ['run', 'digits', '--devices', 'nowhere.yml'], code: 'E_FILE_MISSING', says: 'fleetdiff init' },
    { args: ['judge', 'nothing'], code: 'E_RUN_NOT_FOUND', says: 'fleetdiff run' },
  ])('$args is $code, exit 2', async ({ args, code, says }) => {
    const work = await workFolder();
    const ended = await work.run(args);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toContain(code);
    expect(ended.stderr).toContain(says);
    expect(ended.stderr).not.toMatch(/^\s+at /m);
  });

  test.for([['run', '--repeats', '0'], ['run', '--repeets', '2'], ['frobnicate']])(
    'bad usage %s is exit 2',
    async (args) => {
      const work = await workFolder();
      expect((await work.run(args)).code).toBe(2);
    },
  );
});

/** A process each would take a quarter of a minute. */
async function commandOf(name: string): Promise<Command> {
  const made = (await import(`../../harness/cli/commands/${name}.ts`)) as Record<string, unknown>;
  const make = made[`${name}Command`] as (options: object) => Command;
  return make({ loadDevices: async () => undefined });
}

describe('--help', () => {
  test('every command has one with an example', async () => {
    const work = await workFolder();
    const help = await work.run(['--help']);
    expect(help.code).toBe(0);
    const commands = [...help.stdout.matchAll(/^ {2}([a-z]+) .*/gm)]
      .map(([, name]) => name!)
      .filter((name) => !['fleetdiff', 'help'].includes(name));
    expect(commands).toEqual(
      expect.arrayContaining(['run', 'doctor', 'devices', 'golden', 'explain', 'init']),
    );
    for (const name of commands) {
      let told = '';
      const command = await commandOf(name);
      command.configureOutput({ writeOut: (text) => (told += text) });
      command.outputHelp();
      expect(told, name).toMatch(/^Usage: /);
      expect(told, name).toMatch(/Examples?:\n/);
    }
    // One of them as a process, so that it is known to end well.
    expect((await work.run(['history', '--help'])).code).toBe(0);
  });
});
