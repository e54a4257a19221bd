import path from 'node:path';
import { Command } from 'commander';
import { readDevicesFile } from '../../config/devices-file.ts';
import { findSuites } from '../../config/find-suites.ts';
import type { CheckedSide } from '../../domain/model-check.ts';
import type { Plan } from '../../domain/run-files.ts';
import { countComparisons } from '../../domain/target-comparisons.ts';
import { UserError } from '../../domain/user-error.ts';
import { renderCheckTerminal } from '../../report/check/terminal.ts';
import { visible } from '../../report/escape.ts';
import { count } from '../../report/format-number.ts';
import { makeScratchFolder } from '../../stages/capture/scratch-folder.ts';
import type { JudgedTarget } from '../../stages/check/compare-verdicts.ts';
import { type LoadedSide, loadSides } from '../../stages/check/load-sides.ts';
import { reuseCaptures } from '../../stages/check/reuse-captures.ts';
import { checkRuns, isTraceable, judgeCheck } from '../../stages/check.ts';
import { compareRun } from '../../stages/compare.ts';
import { judgeRun } from '../../stages/judge.ts';
import { type Planned, planRun } from '../../stages/plan.ts';
import { renderRun } from '../../stages/render.ts';
import { type RunFolder, runPaths } from '../../store/run-folder.ts';
import { addCaptureOptions, type CaptureCommandOptions, captureFromOptions } from '../capture-options.ts';
import { EXIT } from '../exit-code.ts';
import { addFleetOptions, type FleetOptions, positiveCount, selectionOf } from '../fleet-options.ts';
import { localizeFromOptions } from '../localize-options.ts';
import { shownPath } from '../print-report.ts';
import { openProgress, type Progress } from '../progress/progress.ts';
import { terminalLook } from '../terminal-look.ts';
import { packageVersion } from '../version.ts';

interface CheckOptions extends FleetOptions, CaptureCommandOptions {
  readonly base: string;
  readonly head: string;
  readonly suite?: string;
  readonly repeats: number;
  readonly out?: string;
  readonly reuse: boolean;
  readonly localize: boolean;
}

/** Broken targets that are localized; each takes sessions of its own. */
const MOST_LOCALIZED = 4;

export function checkCommand(): Command {
  const command = new Command('check')
    .description('Check a change of a model: run base and head, fail on what head alone breaks.')
    .requiredOption('--base <a>', 'git revision of the suite, or model file')
    .requiredOption('--head <b>', 'git revision of the suite, or model file')
    .option('--suite <suite>', 'suite folder, or name under fixtures/; default: the one of this folder')
    .option('--repeats <n>', 'inferences per case', positiveCount, 3)
    .option('--out <dir>', 'the run folder itself; default: reports/<run-id>')
    .option('--no-reuse', 'capture base anew, also where an earlier run holds the same')
    .option('--no-localize', 'do not look for the cause of what head breaks')
    .option('--json', 'print check.json instead of the table')
    .addHelpText('after', EXAMPLES)
    .action(checkModels);
  return addCaptureOptions(addFleetOptions(command));
}

const EXAMPLES = `
Examples:
  fleetdiff check --base origin/main --head HEAD              a pull request
  fleetdiff check --base old.onnx --head new.onnx             two model files
  fleetdiff check --base main --head HEAD --tag pr --out pr   devices tagged pr, into a folder of your own

Exit codes: 0 head breaks nothing · 1 it does · 2 bad usage or configuration · 3 cannot tell`;

async function checkModels(options: CheckOptions): Promise<void> {
  const workFolder = process.cwd();
  const progress = openProgress(options);
  const scratch = await makeScratchFolder(path.join(workFolder, '.fleetdiff'), 'check');
  try {
    const suite = suiteOf(options, workFolder);
    const { base: given, head: candidate } = options;
    const sides = await loadSides({ base: given, head: candidate, suite, workFolder, scratch: scratch.path });
    // No such folder: budgets are those that the plan holds, and nothing approved speaks of a new model.
    const nowhere = path.join(scratch.path, 'none');

    // Head first: what its captures say of the devices decides which captures of base may be taken from earlier runs.
    tellPhase('head', sides.head, options);
    const head = await planSide(sides.head, options, options.out);
    if (await captureInterrupted(head, options, progress)) return tellInterrupted(head.run);
    await compareAndJudge(head.run, nowhere, progress);

    tellPhase('base', sides.base, options);
    const base = await planSide(sides.base, options, path.join(head.run.root, 'base'));
    const reused = options.reuse ? await reuse(base, head, workFolder) : [];
    if (options.reuse) tellReused(reused, base.plan, options);
    if (await captureInterrupted(base, options, progress)) return tellInterrupted(head.run);
    await compareAndJudge(base.run, nowhere, progress);

    const judged = await judgeCheck(base.run, head.run, sides);
    if (options.localize) await localizeBroken(head.run, judged, options, progress);
    const check = await checkRuns({
      sides,
      base: base.run,
      head: head.run,
      judged,
      reused,
      now: new Date(),
    });
    await progress.stage(
      'render',
      async () => {
        await renderRun(base.run, process.cwd());
        await renderRun(head.run, process.cwd());
      },
      () => shownPath(runPaths.reportHtml(head.run)),
    );
    if (options.json) console.log(JSON.stringify(check, null, 1));
    else {
      process.stdout.write(renderCheckTerminal(check, terminalLook(process.stdout)));
      console.log(`report  ${visible(shownPath(runPaths.reportHtml(head.run)))}`);
      console.log(`summary ${visible(shownPath(runPaths.summary(head.run)))}`);
    }
    process.exitCode = check.exitCode;
  } finally {
    await scratch.remove();
  }
}

function suiteOf({ suite }: CheckOptions, workFolder: string): string {
  const found = findSuites(suite === undefined ? [] : [suite], workFolder);
  if (found.length === 1) return found[0]!;
  throw new UserError(
    'E_CHECK_SUITES',
    `This folder has several suites, and a check is of one: ${found.join(', ')}.`,
    {
      remedies: ['name it with --suite'],
    },
  );
}

async function planSide(side: LoadedSide, options: CheckOptions, out: string | undefined): Promise<Planned> {
  return planRun({
    suites: [side.suite.file.folder],
    load: async () => side.suite,
    fleet: await readDevicesFile(options.devices, process.env),
    selection: selectionOf(options),
    repeats: options.repeats,
    workFolder: process.cwd(),
    ...(out === undefined ? {} : { out }),
    isLatest: false,
    version: packageVersion(),
    clock: () => new Date(),
  });
}

async function captureInterrupted(
  { run, plan }: Planned,
  options: CheckOptions,
  progress: Progress,
): Promise<boolean> {
  const { interrupted } = await captureFromOptions(run, plan, options, progress);
  return interrupted;
}

function tellInterrupted(run: RunFolder): void {
  console.error(
    `\nInterrupted: no verdict. What was captured is kept in ${shownPath(run.root)}; a check of the same base takes from it.`,
  );
  process.exitCode = EXIT.interrupted;
}

async function compareAndJudge(run: RunFolder, workFolder: string, progress: Progress): Promise<void> {
  await progress.stage(
    'compare',
    () => compareRun(run),
    ({ comparisons }) => count(countComparisons(comparisons), 'comparison'),
  );
  await progress.stage(
    'judge',
    () => judgeRun(run, workFolder, new Date()),
    ({ summary }) =>
      count(
        Object.values(summary).reduce((sum, each) => sum + each, 0),
        'verdict',
      ),
  );
}

function reuse(base: Planned, head: Planned, workFolder: string): Promise<CheckedSide['reused']> {
  const reports = path.join(workFolder, 'reports');
  return reuseCaptures({ base, head, reports, clock: () => new Date() });
}

/** Why head breaks them. What could not be localized is told, and changes no verdict. */
async function localizeBroken(
  run: RunFolder,
  judged: readonly JudgedTarget[],
  { devices }: CheckOptions,
  progress: Progress,
): Promise<void> {
  const requests = judged.filter(({ newViolations }) => isTraceable(newViolations)).slice(0, MOST_LOCALIZED);
  if (requests.length === 0) return;
  const localized = await localizeFromOptions(
    run,
    requests.map(({ suite, target }) => ({ suite, target })),
    { devices },
    progress,
  );
  for (const each of localized) {
    if (each.status === 'failed')
      process.stderr.write(`${visible(`${each.target} could not be localized: ${each.reason}`)}\n`);
  }
}

function tellPhase(name: 'base' | 'head', { given }: LoadedSide, { quiet, json }: CheckOptions): void {
  if (!quiet && !json) process.stderr.write(`${name.padEnd(10)}${visible(given)}\n`);
}

function tellReused(reused: CheckedSide['reused'], plan: Plan, { quiet, json }: CheckOptions): void {
  if (quiet || json) return;
  const runs = [...new Set(reused.map(({ run }) => run))];
  const from = runs.length === 0 ? '' : ` from ${runs.join(', ')}`;
  process.stderr.write(
    `${'reuse'.padEnd(10)}reused ${reused.length} of ${count(plan.captures.length, 'capture')}${from}\n`,
  );
}
