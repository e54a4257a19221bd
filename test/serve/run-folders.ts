import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { ReportInput } from '../../harness/report/report-input.ts';
import { writeCapture, writePlan, writeVerdicts } from '../../harness/store/run-files.ts';
import { sampleRun } from '../report/sample-run.ts';

/** A folder of its own; whoever makes it removes it. */
export async function makeReportsFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-serve-'));
  return { folder, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** A folder for runs, removed when the test ends. */
export async function reportsFolder(): Promise<string> {
  const { folder, remove } = await makeReportsFolder();
  onTestFinished(remove);
  return folder;
}

/** A run as its files lie on disk. @returns its folder */
export async function writeRun(
  reports: string,
  id: string,
  input: ReportInput = sampleRun(),
  files: Readonly<Record<string, string>> = {},
): Promise<string> {
  const root = path.join(reports, id);
  await mkdir(root, { recursive: true });
  await writePlan({ root }, { ...input.plan, run: id });
  await writeVerdicts({ root }, { ...input.verdicts, run: id });
  for (const capture of input.captures) {
    if (capture.status !== 'skipped') await writeCapture({ root }, capture);
  }
  for (const [name, text] of Object.entries({ 'report.html': '<p>', ...files })) {
    await writeFile(path.join(root, name), text);
  }
  return root;
}

export async function linkLatestTo(reports: string, id: string): Promise<void> {
  await symlink(id, path.join(reports, 'latest'));
}
