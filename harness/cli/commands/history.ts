import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { stringify } from 'csv-stringify/sync';
import { didYouMean } from '../../config/nearest-name.ts';
import type { NightLine, SeriesPoint } from '../../domain/history.ts';
import { METRICS, metricDefinition } from '../../domain/metrics.ts';
import { STATUSES } from '../../domain/run-files.ts';
import { UserError } from '../../domain/user-error.ts';
import { attributionWords } from '../../report/attribution-words.ts';
import { wrap } from '../../report/display-width.ts';
import { neutraliseFormula, visible } from '../../report/escape.ts';
import { count } from '../../report/format-number.ts';
import { renderSeriesTable } from '../../report/terminal/series-table.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import { openRunFolder, type RunFolder, runPaths } from '../../store/run-folder.ts';
import { sinceTime } from '../since-time.ts';
import { terminalLook } from '../terminal-look.ts';

interface HistoryOptions {
  readonly history: string;
  readonly import?: string;
  readonly why?: string | true;
  readonly metric?: string;
  readonly suite?: string;
  readonly target?: string;
  readonly tensor?: string;
  readonly since?: string;
  readonly json?: boolean;
  readonly csv?: boolean;
  readonly ratchet?: string;
  readonly reports: string;
}

/** Shown when no metric is asked for. */
const MOST_NIGHTS = 30;

export function historyCommand(): Command {
  return new Command('history')
    .description('Past runs: what moved, when and why, and the series of a metric.')
    .option('--history <file>', 'the history', 'reports/history.duckdb')
    .option('--import <run>', 'add a run, or every run of a folder')
    .option(
      '--why [run]',
      'what changed where answers moved, and not where they stayed (default: the last run)',
    )
    .option('--metric <name>', 'the series of this metric, such as max_steps')
    .option('--suite <glob>', 'of these suites')
    .option('--target <glob>', 'of these targets')
    .option('--tensor <glob>', 'of these tensors')
    .option('--since <when>', 'a date (2026-01-01) or so many days ago (30d)')
    .option('--ratchet <nights>', 'propose tighter limits that so many clean nights keep within, as a diff')
    .option('--reports <folder>', 'where --ratchet finds the nights', 'reports')
    .option('--json', 'print JSON')
    .option('--csv', 'print CSV')
    .addHelpText('after', EXAMPLES)
    .action((options: HistoryOptions) => showHistory(options));
}

const EXAMPLES = `
Examples:
  fleetdiff history --import reports             every run of a folder
  fleetdiff history                              the last nights
  fleetdiff history --why latest                 what changed where answers moved
  fleetdiff history --metric max_steps --target 'haswell/*' --since 30d
  fleetdiff history --import reports --metric max_steps --csv
  fleetdiff history --ratchet 14 | git apply     tighter limits, to look at and commit`;

async function showHistory(options: HistoryOptions): Promise<void> {
  if (options.metric !== undefined) checkMetric(options.metric);
  if (options.csv && (options.why !== undefined || options.ratchet !== undefined))
    throw new UserError('E_HISTORY_CSV', '--csv is for runs and series; what was asked for is no table.', {
      remedies: ['ask for JSON instead:  --json'],
    });
  if (options.import !== undefined) await importRuns(options.import, options);
  if (options.import !== undefined && !asks(options)) return;
  if (options.ratchet !== undefined) return showRatchet(options.ratchet, options);
  if (!existsSync(options.history)) {
    throw new UserError('E_HISTORY_NOT_FOUND', 'There is no history yet.', {
      place: { file: options.history },
      remedies: ['begin one:  fleetdiff run', 'or from past runs:  fleetdiff history --import reports'],
    });
  }
  if (options.why !== undefined) return showWhy(options.why, options);
  return options.metric === undefined ? showNights(options) : showSeries(options.metric, options);
}

/** A name that no metric has would find nothing for ever. */
function checkMetric(name: string): void {
  if (metricDefinition(name) !== undefined) return;
  throw new UserError('E_HISTORY_METRIC', `No metric is called "${visible(name)}".`, {
    remedies: [
      ...didYouMean(
        name,
        METRICS.map((metric) => metric.name),
      ),
      'all names, with units: docs/metrics.md',
    ],
  });
}

/** Whether something is to be told of the history beside what was added to it. */
const asks = ({ why, metric, ratchet }: HistoryOptions): boolean =>
  why !== undefined || metric !== undefined || ratchet !== undefined;

async function showNights({ history, since, json, csv }: HistoryOptions): Promise<void> {
  const { nightsOf } = await import('../../stages/history.ts');
  const nights = await nightsOf(history, { limit: MOST_NIGHTS, ...sinceOf(since) });
  if (json) printJson({ kind: 'nights', nights });
  else if (csv) printNightsCsv(nights);
  else for (const night of nights) console.log(shown(nightWords(night)));
  if (nights.length === 0)
    console.error(`The history has no run${since === undefined ? '' : ` since ${visible(since)}`}.`);
}

function nightWords({ run, plannedAt, exitCode, statuses, moved }: NightLine): string {
  const by = STATUSES.flatMap((status) => (statuses[status] ? [`${statuses[status]} ${status}`] : []));
  const when = plannedAt.slice(0, 16).replace('T', ' ');
  return `${when}  ${visible(run)}  exit ${exitCode}  ${by.join(', ')}${moved > 0 ? `  ${moved} moved` : ''}`;
}

function printNightsCsv(nights: readonly NightLine[]): void {
  const head = ['run', 'planned at', 'exit code', ...STATUSES, 'moved'];
  const rows = nights.map(({ run, plannedAt, exitCode, statuses, moved }) => [
    neutraliseFormula(run),
    plannedAt,
    exitCode,
    ...STATUSES.map((status) => statuses[status] ?? 0),
    moved,
  ]);
  process.stdout.write(stringify([head, ...rows], { record_delimiter: 'windows' }));
}

async function showSeries(metric: string, options: HistoryOptions): Promise<void> {
  const { seriesOf } = await import('../../stages/history.ts');
  const { history, suite, target, tensor, since, json, csv } = options;
  const points = await seriesOf(history, {
    metric,
    ...(suite === undefined ? {} : { suite }),
    ...(target === undefined ? {} : { target }),
    ...(tensor === undefined ? {} : { tensor }),
    ...sinceOf(since),
  });
  if (points.length === 0) console.error(nothingFound(metric, options));
  if (json) return printJson({ kind: 'series', metric, points });
  if (csv) return printSeriesCsv(points);
  if (points.length === 0) return;
  process.stdout.write(renderSeriesTable(points, terminalLook(process.stdout)));
}

function nothingFound(metric: string, { suite, target, tensor, since }: HistoryOptions): string {
  const filters = Object.entries({ suite, target, tensor, since }).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${visible(value)}`],
  );
  return `No run of the history has a ${visible(metric)}${filters.length === 0 ? '' : ` within ${filters.join(' ')}`}.`;
}

function printSeriesCsv(points: readonly SeriesPoint[]): void {
  const head = ['run', 'judged at', 'suite', 'target', 'tensor', 'metric', 'value', 'bytes'] as const;
  const rows = points.map(({ run, judgedAt, suite, target, tensor, metric, value, bytes }) => [
    neutraliseFormula(run),
    judgedAt,
    ...[suite, target, tensor, metric].map(neutraliseFormula),
    value,
    bytes,
  ]);
  process.stdout.write(stringify([head, ...rows], { record_delimiter: 'windows' }));
}

async function showWhy(asked: string | true, { history, json }: HistoryOptions): Promise<void> {
  const { nightsOf, whyMoved } = await import('../../stages/history.ts');
  const run = asked === true ? (await nightsOf(history, { limit: 1 }))[0]?.run : await runIdOf(asked);
  const attribution = run === undefined ? undefined : await whyMoved(history, run);
  if (attribution === undefined) {
    throw new UserError('E_HISTORY_NO_RUN', `The history has no run ${visible(run ?? '')}.`, {
      place: { file: history },
      remedies: ['add it:  fleetdiff history --import RUN', 'list those that it has:  fleetdiff history'],
    });
  }
  if (json) return printJson(attribution);
  for (const words of attributionWords(attribution)) {
    for (const line of wrap(words, terminalLook(process.stdout).columns, 'whole')) console.log(shown(line));
  }
}

/** A run may be named as in other commands; the folder of an old run may be gone while the history knows its id. */
async function runIdOf(asked: string): Promise<string> {
  const { readPlan } = await import('../../store/run-files.ts');
  const folders = [path.resolve(asked), path.resolve('reports', asked)];
  if (!folders.some((folder) => existsSync(path.join(folder, 'plan.json')))) return asked;
  return (await readPlan(openRunFolder(asked, process.cwd()))).run;
}

async function showRatchet(nights: string, { reports, json }: HistoryOptions): Promise<void> {
  const { proposeRatchet } = await import('../../stages/ratchet.ts');
  if (!/^[1-9]\d{0,3}$/.test(nights)) {
    throw new UserError(
      'E_RATCHET_COUNT',
      `--ratchet takes a number of nights; it was given "${visible(nights)}".`,
      {
        remedies: ['such as:  fleetdiff history --ratchet 14'],
      },
    );
  }
  const ratchet = await proposeRatchet(reports, process.cwd(), Number(nights));
  if (json) return printJson({ kind: 'ratchet', ...ratchet });
  // On stderr, so that the diff can be piped into git apply.
  for (const { file, line, metric, bound, from, to, worst, target } of ratchet.proposals) {
    const seen = `worst of ${count(ratchet.nights.length, 'night')} ${worst}, on ${target}`;
    console.error(shown(visible(`${file}:${line}  ${metric} ${bound} ${from} → ${to}  (${seen})`)));
  }
  if (ratchet.proposals.length === 0)
    console.error(`No limit can be tighter than what ${count(ratchet.nights.length, 'night')} needed.`);
  if (ratchet.unseen.length > 0)
    console.error(
      shown(visible(`No night captured ${ratchet.unseen.join(', ')}: what such targets need is not known.`)),
    );
  process.stdout.write(ratchet.diff);
}

async function importRuns(name: string, options: HistoryOptions): Promise<void> {
  const { history, json } = options;
  const { importToHistory } = await import('../../stages/history.ts');
  const runs = await runsOf(name);
  const showsProgress = process.stderr.isTTY;
  const skipped = await importToHistory(history, runs, (done) => {
    if (showsProgress) process.stderr.write(`\r${done} of ${count(runs.length, 'run')}`);
  });
  if (showsProgress) process.stderr.write('\n');
  const imported = runs.length - skipped.length;
  if (json && !asks(options)) return printJson({ kind: 'history-import', imported, skipped });
  for (const { run, reason } of skipped)
    console.error(visible(`skipped ${path.relative('.', run)}: ${reason}`));
  // An answer that follows is alone on stdout.
  const say = asks(options) ? console.error : console.log;
  say(`${count(imported, 'run')} added to ${visible(history)}`);
}

async function runsOf(name: string): Promise<RunFolder[]> {
  const folder = path.resolve(name);
  if (!existsSync(folder) || existsSync(path.join(folder, 'plan.json')))
    return [openRunFolder(name, process.cwd())];
  const entries = await readdir(folder, { withFileTypes: true });
  // `latest` is a link to a run that stands there under its own name.
  const runs = entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => ({ root: path.join(folder, entry.name) }))
    .filter((run) => existsSync(runPaths.plan(run)))
    // A model that was checked is no night: it may never have been merged.
    .filter((run) => !existsSync(runPaths.check(run)));
  return runs.length > 0 ? runs : [openRunFolder(name, process.cwd())];
}

const sinceOf = (since: string | undefined) =>
  since === undefined ? {} : { since: sinceTime(since, new Date()) };

function printJson(value: object): void {
  console.log(JSON.stringify({ schemaVersion: 1, ...value }, null, 1));
}

function shown(text: string): string {
  return terminalLook(process.stdout).ascii ? asciiText(text) : text;
}
