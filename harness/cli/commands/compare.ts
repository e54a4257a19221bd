import { Command, Option } from 'commander';
import type { Comparisons } from '../../domain/run-files.ts';
import { countComparisons, targetComparisons } from '../../domain/target-comparisons.ts';
import { renderDiff } from '../../report/diff/terminal.ts';
import { wrap } from '../../report/display-width.ts';
import { visible } from '../../report/escape.ts';
import { count } from '../../report/format-number.ts';
import { nameText, proseText } from '../../report/wording.ts';
import { compareBetween } from '../../stages/between.ts';
import { compareRun, type LeftOut } from '../../stages/compare.ts';
import { diffDocument } from '../../stages/diff.ts';
import { openRunFolder, type RunFolder } from '../../store/run-folder.ts';
import { diffProgress } from '../diff-progress.ts';
import { EXIT } from '../exit-code.ts';
import { interruptible } from '../interruptible.ts';
import { terminalLook } from '../terminal-look.ts';

const COLUMNS = 80;
const INDENT = '    ';
/** Elements of a tensor, as `fleetdiff diff` shows unless told. */
const SHOWN_WORST = 3;

interface CompareCommandOptions {
  readonly json?: boolean;
  readonly between?: string;
  readonly and?: string;
  readonly tensor: readonly string[];
}

export function compareCommand(): Command {
  return new Command('compare')
    .description('Measure every captured output against the reference; needs no device.')
    .argument('<run>', 'a run folder, a run id, or latest')
    .option('--between <target>', 'compare this device/delegate with that of --and; writes nothing')
    .option('--and <target>', "the other device/delegate; --between takes the reference's place")
    .addOption(
      new Option('--tensor <glob>', 'of --between: compare these case/tensor alone; may be repeated')
        .argParser((glob: string, previous: readonly string[]) => [...previous, glob])
        .default([], 'all'),
    )
    .option('--json', 'print comparisons.json; with --between as fleetdiff diff --json')
    .addHelpText('after', HELP)
    .action(async (name: string, options: CompareCommandOptions, command: Command) => {
      const { between, and } = options;
      if ((between === undefined) !== (and === undefined)) {
        command.error('error: --between and --and name two targets: give both');
      }
      if (between === undefined && options.tensor.length > 0) {
        command.error('error: --tensor selects what --between and --and compare: give these too');
      }
      const run = openRunFolder(name, process.cwd());
      if (between !== undefined && and !== undefined) await compareTwo(run, between, and, options);
      else await compareAll(run, name, options);
    });
}

const HELP = `
Examples:
  fleetdiff compare latest
  fleetdiff compare latest --between pi-5/cpu --and pixel-6/cpu

--between shows how two targets differ from each other, not whether they may:
the budgets are not asked and no file of the run changes. It ends as
fleetdiff diff does, by the default tolerance of each dtype:
  0 all agree · 1 some differ · 3 some cannot be compared, or nothing was`;

async function compareTwo(
  run: RunFolder,
  reference: string,
  candidate: string,
  { json, tensor }: CompareCommandOptions,
): Promise<void> {
  const startMs = performance.now();
  const progress = diffProgress(process.stderr);
  const result = await interruptible((signal) =>
    compareBetween(run, {
      reference,
      candidate,
      tensors: tensor,
      worstCount: SHOWN_WORST,
      signal,
      onProgress: progress.show,
    }),
  ).finally(progress.end);
  if (reference === candidate) {
    process.stderr.write('both sides are the same target: its first repeat against all of them\n');
  }
  const durationMs = performance.now() - startMs;
  process.stdout.write(
    json
      ? `${JSON.stringify(diffDocument(result), null, 1)}\n`
      : renderDiff(result, { ...terminalLook(process.stdout), durationMs }),
  );
  process.exitCode = result.exitCode;
}

/** What is missing is told, not listed: verdicts.json has all of it. */
const MOST_GAPS = 10;

const gapWords = ({ suite, target, reason }: LeftOut): string =>
  `${nameText(target)}  ${nameText(suite)}: ${proseText(reason)}`;

function refusals(comparisons: Comparisons): string[] {
  return targetComparisons(comparisons).flatMap(({ suite, target, measured }) =>
    measured.flatMap((each) =>
      each.status === 'notComparable'
        ? [gapWords({ suite, target, reason: `${each.case}, ${each.tensor}: ${each.reason}` })]
        : [],
    ),
  );
}

async function compareAll(run: RunFolder, name: string, { json }: CompareCommandOptions): Promise<void> {
  const { comparisons, equivalence, leftOut } = await compareRun(run);
  const all = countComparisons(comparisons);
  if (all === 0) {
    process.exitCode = EXIT.incomplete;
    process.stderr.write(
      `Nothing was compared: no capture of a candidate is there.\nCapture first:  fleetdiff capture ${visible(name)}\n`,
    );
  }
  const gaps = [...leftOut.map(gapWords), ...refusals(comparisons)];
  if (gaps.length > 0) {
    process.exitCode = EXIT.incomplete;
    const rest = gaps.length - MOST_GAPS;
    const lines = ['Not compared:', ...gaps.slice(0, MOST_GAPS), ...(rest > 0 ? [`and ${rest} more`] : [])];
    process.stderr.write(`${lines.map((line, at) => (at === 0 ? line : `  ${line}`)).join('\n')}\n`);
  }
  if (json) console.log(JSON.stringify(comparisons, null, 1));
  if (json || all === 0) return;
  const identical = countComparisons(comparisons, (each) => each.status === 'compared' && each.identical);
  const refused = countComparisons(comparisons, ({ status }) => status === 'notComparable');
  console.log(`${count(all, 'comparison')}: ${identical} bit-identical, ${refused} not comparable`);
  for (const { suite, overall } of equivalence.suites) {
    for (const { id, targets, reference } of overall) {
      const label = `class ${id}${reference ? ' (the reference)' : ''}`;
      const line = `${nameText(suite)}  ${label}: ${targets.map(nameText).join(', ')}`;
      const [first, ...rest] = wrap(line, COLUMNS - INDENT.length);
      console.log([first, ...rest.map((more) => INDENT + more)].join('\n'));
    }
  }
}
