import { Command } from 'commander';
import type { Plan, Verdicts } from '../../domain/run-files.ts';
import { type Shard, shardTargets } from '../../domain/shard.ts';
import { countComparisons } from '../../domain/target-comparisons.ts';
import { UserError } from '../../domain/user-error.ts';
import { visible } from '../../report/escape.ts';
import { count } from '../../report/format-number.ts';
import type { RunTimings } from '../../report/report-input.ts';
import { compareRun } from '../../stages/compare.ts';
import { readDeliveries } from '../../stages/deliveries.ts';
import { BASELINES, judgeRun } from '../../stages/judge.ts';
import { localizeRequests } from '../../stages/localize.ts';
import { renderRun } from '../../stages/render.ts';
import { readBaselines } from '../../store/baselines.ts';
import { readPlan } from '../../store/run-files.ts';
import { openRunFolder, type RunFolder, runPaths } from '../../store/run-folder.ts';
import { type AftermathOptions, addAftermathOptions, keepInHistory, tellChange } from '../aftermath.ts';
import { existingBaselines } from '../baselines-option.ts';
import { addCaptureOptions, type CaptureCommandOptions, captureFromOptions } from '../capture-options.ts';
import { EXIT } from '../exit-code.ts';
import { localizeFromOptions } from '../localize-options.ts';
import { printReport, shownPath } from '../print-report.ts';
import { printTimings } from '../print-timings.ts';
import { openProgress, type Progress, type StageName } from '../progress/progress.ts';
import { provideFor } from '../provide-for.ts';
import { addPlanOptions, type PlanCommandOptions, planFromOptions } from './plan.ts';

interface RunOptions extends PlanCommandOptions, CaptureCommandOptions, AftermathOptions {
  readonly resume?: string;
  readonly localize?: boolean;
  readonly timings?: boolean;
  readonly baselines: string;
}

export function runCommand(): Command {
  const command = new Command('run')
    .description('Plan, capture, compare, judge and render.')
    .argument('[suite...]', 'suite folders, or names under fixtures/')
    .option('--resume <run>', 'go on with a run: capture only what it lacks')
    .option('--provide', 'first provide what this machine lacks, as doctor --fix does')
    .option('--localize', 'find where and why, for every target over budget')
    .option('--baselines <folder>', 'approved answers to hold the run against', existingBaselines, BASELINES)
    .option('--json', 'print verdicts.json instead of the table')
    .option('--timings', 'print where the time went')
    .addHelpText('after', EXAMPLES)
    .action((suites: string[], options: RunOptions, self: Command) => {
      if (options.resume !== undefined) refuseWithResume(suites, self);
      return runSuites(suites, options);
    });
  return addAftermathOptions(addCaptureOptions(addPlanOptions(command)));
}

const EXAMPLES = `
Examples:
  fleetdiff run                                the suites of this folder, the whole fleet
  fleetdiff run digits --only 'haswell/*'      one suite, one device
  fleetdiff run --tag pr --out reports/pr-17   devices tagged pr, into a folder of your own
  fleetdiff run --localize                     with the first operator that differs, and why
  fleetdiff run --resume latest                go on after Ctrl-C`;

/** What is captured stands in the plan of the run; to ignore such a wish in silence would be worse than to refuse it. */
function refuseWithResume(suites: readonly string[], command: Command): void {
  const planned = ['only', 'tag', 'repeats', 'out', 'shard'];
  const given = planned.filter((name) => command.getOptionValueSource(name) === 'cli');
  if (suites.length === 0 && given.length === 0) return;
  const wishes = [...suites, ...given.map((name) => `--${name}`)].join(', ');
  throw new UserError('E_RESUME_PLANNED', `A resumed run follows its plan; it cannot take ${wishes}.`, {
    remedies: ['leave them out, or make another run without --resume'],
  });
}

async function runSuites(suites: string[], options: RunOptions): Promise<void> {
  const started = performance.now();
  const stages: { stage: string; durationMs: number }[] = [];
  const timed = async <T>(stage: string, work: () => Promise<T>): Promise<T> => {
    const before = performance.now();
    const result = await work();
    stages.push({ stage, durationMs: performance.now() - before });
    return result;
  };
  const progress = openProgress(options);
  const staged = <T>(stage: StageName, work: () => Promise<T>, said: (result: T) => string) =>
    timed(stage, () => progress.stage(stage, work, said));
  const { run, plan } = await staged('plan', () => planOrResume(suites, options), plannedWords);
  // A baseline that cannot be trusted is told before a fleet has worked for nothing.
  await readBaselines(
    options.baselines,
    process.cwd(),
    plan.suites.map(({ name }) => name),
  );
  const providing = performance.now();
  if (options.provide) await provideFor(plan.devices, process.cwd());
  // Installing what was missing is no part of a run's time.
  const installMs = performance.now() - providing;
  const { interrupted, deviceMs } = await timed('capture', () =>
    captureFromOptions(run, plan, options, progress),
  );
  if (interrupted) {
    console.error(
      `\nInterrupted. What was captured is kept; go on with:\n  fleetdiff run --resume ${shownPath(run.root)}`,
    );
    process.exitCode = EXIT.interrupted;
    return;
  }
  if (plan.shard !== undefined) {
    process.exitCode = await tellShard(run, plan, plan.shard, options.json ?? false);
    return;
  }
  await staged(
    'compare',
    () => compareRun(run),
    ({ comparisons }) => count(countComparisons(comparisons), 'comparison'),
  );
  const verdicts = await staged(
    'judge',
    () => judgeRun(run, process.cwd(), new Date(), options.baselines),
    ({ summary }) =>
      count(
        Object.values(summary).reduce((sum, each) => sum + each, 0),
        'verdict',
      ),
  );
  if (options.localize) await timed('localize', () => localizeOver(run, plan, verdicts, options, progress));
  const kept = await timed('history', () => keepInHistory(run, options));
  const { input } = await staged(
    'render',
    () => renderRun(run, process.cwd()),
    () => shownPath(runPaths.reportHtml(run)),
  );
  const totalMs = performance.now() - started - installMs;
  const timings: RunTimings = { totalMs, harnessMs: totalMs - deviceMs, stages };
  if (options.json) console.log(JSON.stringify(verdicts, null, 1));
  else printReport({ ...input, timings }, run);
  if (options.timings) printTimings(timings, (line) => console.error(line));
  await tellChange(verdicts, kept, options);
  process.exitCode = verdicts.exitCode;
}

/** A part of a run is captured and no more: what it says of the whole is for `merge` to say. */
async function tellShard(run: RunFolder, plan: Plan, shard: Shard, json: boolean): Promise<number> {
  const own = shardTargets(plan.devices, shard);
  const planned = plan.captures.filter(({ target }) => own.has(target));
  const deliveries = await readDeliveries(run, plan, planned);
  const absent = deliveries.filter(({ status }) => status === 'absent').length;
  const done = planned.length - absent;
  if (json) {
    console.log(
      JSON.stringify({ schemaVersion: 1, kind: 'shard', shard, planned: planned.length, done }, null, 1),
    );
  } else {
    const { index, count: of } = shard;
    console.log(
      `shard ${index} of ${of}: ${done} of its ${count(planned.length, 'capture')} done, in ${shownPath(run.root)}`,
    );
    console.log('its verdicts come with those of the others:  fleetdiff merge DIR... --out RUN');
  }
  return absent === 0 ? EXIT.withinBudget : EXIT.incomplete;
}

/** Where and why of what is over budget. What could not be localized is told, and changes no verdict. */
async function localizeOver(
  run: RunFolder,
  plan: Plan,
  verdicts: Verdicts,
  { devices }: RunOptions,
  progress: Progress,
): Promise<void> {
  const requests = localizeRequests(plan, verdicts, {});
  if (requests.length === 0) return;
  const localized = await localizeFromOptions(run, requests, { devices }, progress);
  for (const each of localized) {
    if (each.status === 'failed')
      process.stderr.write(
        `${visible(`${each.suite} ${each.target} could not be localized: ${each.reason}`)}\n`,
      );
  }
}

function plannedWords({ plan }: { readonly plan: Plan }): string {
  return `${count(plan.captures.length, 'capture')} on ${count(plan.devices.length, 'device')}`;
}

async function planOrResume(suites: readonly string[], options: RunOptions) {
  if (options.resume === undefined) return planFromOptions(suites, options);
  const run = openRunFolder(options.resume, process.cwd());
  return { run, plan: await readPlan(run) };
}
