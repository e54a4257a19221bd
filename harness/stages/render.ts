import path from 'node:path';
import type { Verdicts } from '../domain/run-files.ts';
import { renderCheckSummary } from '../report/check/summary.ts';
import { csvPieces } from '../report/csv.ts';
import { renderHtml } from '../report/html/page.ts';
import { junitPieces } from '../report/junit.ts';
import { overviewOf } from '../report/overview.ts';
import type { ReportInput } from '../report/report-input.ts';
import { renderSarif } from '../report/sarif.ts';
import { renderSummary } from '../report/summary.ts';
import { openBlobStore } from '../store/blob-store.ts';
import { readCheck } from '../store/check-file.ts';
import { writeWhole } from '../store/json-file.ts';
import {
  readAttribution,
  readClassPairs,
  readComparisons,
  readDeterminism,
  readDiagnosis,
  readEquivalence,
  readPlacement,
  readPlan,
  readTrends,
  readVerdicts,
} from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { readableCaptures } from './deliveries.ts';
import { allDiagnoses } from './localize/all-diagnoses.ts';
import { elementLoader } from './render/load-elements.ts';
import { inputLoader } from './render/load-input.ts';

export interface Rendered {
  readonly input: ReportInput;
  readonly verdicts: Verdicts;
}

/**
 * The stage: verdicts -> html, junit, csv, markdown and sarif.
 * @param workFolder what the commands in the reports start from
 */
export async function renderRun(run: RunFolder, workFolder: string): Promise<Rendered> {
  const input = { ...(await readReportInput(run)), folder: folderWords(run, workFolder) };
  await writeWhole(runPaths.reportHtml(run), await renderHtml(input));
  await writeWhole(runPaths.junit(run), junitPieces(input));
  await writeWhole(runPaths.csv(run), csvPieces(input));
  await writeWhole(runPaths.summary(run), summaryOf(input));
  await writeWhole(runPaths.sarif(run), renderSarif(input));
  return { input, verdicts: input.verdicts };
}

/** Of a check that still holds: what head breaks. */
function summaryOf(input: ReportInput): string {
  const isOfCheck = input.check !== undefined && overviewOf(input).own !== undefined;
  return isOfCheck ? renderCheckSummary(input.check!) : renderSummary(input);
}

/** Reports travel: a folder elsewhere on this machine is named by its last part alone. */
function folderWords({ root }: RunFolder, workFolder: string): string {
  const relative = path.relative(workFolder, root);
  const isInside = relative !== '' && !relative.startsWith('..') && !path.isAbsolute(relative);
  return isInside ? relative.split(path.sep).join('/') : path.basename(root);
}

async function readReportInput(run: RunFolder): Promise<ReportInput> {
  const placement = await readPlacement(run);
  const pairs = await readClassPairs(run);
  const attribution = await readAttribution(run);
  const trends = await readTrends(run);
  const check = await readCheck(run);
  const plan = await readPlan(run);
  const blobs = openBlobStore(runPaths.blobs(run));
  const captures = await readableCaptures(run, plan.captures);
  return {
    plan,
    captures,
    comparisons: await readComparisons(run),
    equivalence: await readEquivalence(run),
    determinism: await readDeterminism(run),
    verdicts: await readVerdicts(run),
    ...(placement === undefined ? {} : { placement }),
    ...(pairs === undefined ? {} : { pairs }),
    ...(attribution === undefined ? {} : { attribution }),
    ...(trends === undefined ? {} : { trends }),
    ...(check === undefined ? {} : { check }),
    diagnoses: allDiagnoses(await readDiagnosis(run)),
    loadElements: elementLoader(plan, captures, blobs),
    loadInput: inputLoader(plan.suites, blobs),
  };
}
