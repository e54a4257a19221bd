import { rm } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import { copyRecording, judgedByCli } from './recording.ts';

test('a run with nothing captured compares to nothing: compare and judge exit 3, and compare says so', async () => {
  const recording = await copyRecording();
  await rm(path.join(recording.run, 'captures'), { recursive: true });
  const { compared, code, verdicts } = await judgedByCli(recording);
  expect([compared.code, code]).toEqual([3, 3]);
  expect(compared.stderr).toMatch(/^Nothing was compared/);
  expect(compared.stderr).toContain('fleetdiff capture run');
  expect(compared.stdout).toBe('');
  expect(verdicts!.verdicts.map(({ status }) => status)).toEqual(Array(4).fill('INCOMPLETE'));
});
