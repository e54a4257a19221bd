import { readlink, truncate } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { captureFile, copyRecording } from '../recorded-runs/recording.ts';
import { startCli } from './work-folder.ts';

/** The built CLI over a run of which one capture is cut short: what is left out is named, and ends with 3. */

const cli = path.resolve(import.meta.dirname, '../../dist/cli/main.js');

test('compare and approve name what they left out', async () => {
  const { run, workFolder } = await copyRecording();
  const stage = (...args: string[]) => startCli(cli, workFolder, args).ended;
  const whole = await stage('compare', 'run');
  expect([whole.code, whole.stderr]).toEqual([0, '']);
  await truncate(path.join(run, captureFile('phone/cpu')), 100);
  const compared = await stage('compare', 'run');
  expect(compared.code).toBe(3);
  expect(compared.stderr).toMatch(/^Not compared:\n {2}phone\/cpu {2}\S+: .*not JSON/);
  expect((await stage('judge', 'run')).code).toBe(3);
  const approved = await stage('approve', 'run', '--reason', 'a test');
  expect(approved.code).toBe(3);
  expect(approved.stdout).toMatch(/^refused {3}phone\/cpu/m);
});

test('a run that was merged below reports is the latest', async () => {
  const { workFolder } = await copyRecording();
  const merged = await startCli(cli, workFolder, ['merge', 'run', '--out', 'reports/whole', '--no-history'])
    .ended;
  expect(merged.code, merged.stderr).toBe(0);
  expect(await readlink(path.join(workFolder, 'reports/latest'))).toBe('whole');
});
