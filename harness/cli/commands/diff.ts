import { Command, InvalidArgumentError, Option } from 'commander';
import type { Budgets } from '../../domain/budgets.ts';
import { renderDiff } from '../../report/diff/terminal.ts';
import { visible } from '../../report/escape.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import { diffDocument, diffFiles } from '../../stages/diff.ts';
import { diffProgress } from '../diff-progress.ts';
import { interruptible } from '../interruptible.ts';
import { terminalLook } from '../terminal-look.ts';

interface DiffCommandOptions {
  readonly atol?: number;
  readonly rtol?: number;
  readonly budgets?: string;
  readonly tensor: readonly string[];
  readonly probabilities: readonly string[];
  readonly worst: number;
  readonly json?: boolean;
}

/** Where the answer goes. */
export interface DiffOutput {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly exit: (code: 0 | 1 | 3) => void;
}

const PROCESS: DiffOutput = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  exit: (code) => {
    process.exitCode = code;
  },
};

const MOST_WORST = 1000;
const collect = (value: string, previous: readonly string[]): readonly string[] => [...previous, value];

export function diffCommand(output: DiffOutput = PROCESS): Command {
  return new Command('diff')
    .description('Compare two files or folders of tensors, by name; needs no fleet and no suite.')
    .argument('<ref>', 'the reference: an .npz, .npy, .safetensors or .pb, or a folder of these')
    .argument('<cand>', 'the candidate: the same')
    .addOption(
      new Option(
        '--atol <x>',
        "elements agree when |cand - ref| <= atol + rtol·|ref|; the dtype's unless told",
      ).argParser(tolerance),
    )
    .addOption(new Option('--rtol <x>', "see --atol; the dtype's unless told").argParser(tolerance))
    .option('--budgets <file>', "judge by a budgets.yml instead of NumPy's allclose")
    .addOption(
      new Option('--tensor <glob>', 'compare these alone; may be repeated')
        .argParser(collect)
        .default([], 'all'),
    )
    .addOption(
      new Option('--probabilities <glob>', 'tensors whose rows are distributions: adds kl and js')
        .argParser(collect)
        .default([], 'none'),
    )
    .addOption(
      new Option('--worst <n>', 'elements to show of each tensor, worst first')
        .argParser(worstCount)
        .default(3),
    )
    .option('--json', 'print the comparison as JSON')
    .addHelpText('after', HELP)
    .action((reference: string, candidate: string, options: DiffCommandOptions) =>
      diff(reference, candidate, options, output),
    );
}

const HELP = `
Examples:
  fleetdiff diff golden.npz answers.npz
  fleetdiff diff golden/ answers/ --tensor '*/logits' --atol 0.02
  fleetdiff diff golden.npz answers.npz --budgets budgets.yml --json

Exit codes: 0 all agree · 1 some differ · 2 a file cannot be read
            3 some cannot be compared, or nothing was`;

async function diff(
  reference: string,
  candidate: string,
  options: DiffCommandOptions,
  output: DiffOutput,
): Promise<void> {
  const startMs = performance.now();
  const { budgets: budgetsFile, tensor, worst, atol, rtol, probabilities } = options;
  const budgets = budgetsFile === undefined ? undefined : await readBudgets(budgetsFile);
  const progress = diffProgress(process.stderr);
  const { result, notes } = await interruptible((signal) =>
    diffFiles({
      reference,
      candidate,
      tensors: tensor,
      probabilities,
      worstCount: worst,
      now: new Date(),
      signal,
      onProgress: progress.show,
      ...(atol === undefined ? {} : { atol }),
      ...(rtol === undefined ? {} : { rtol }),
      ...(budgets === undefined ? {} : { budgets }),
    }),
  ).finally(progress.end);
  for (const note of notes) output.err(`${visible(note)}\n`);
  const durationMs = performance.now() - startMs;
  const look = terminalLook(process.stdout);
  const shown = (text: string) => (look.ascii ? asciiText(text) : text);
  output.out(
    options.json
      ? `${JSON.stringify(diffDocument(result), null, 1)}\n`
      : shown(renderDiff(result, { ...look, durationMs })),
  );
  output.exit(result.exitCode);
}

/** YAML and its checks take longer to load than a small diff to end. */
async function readBudgets(file: string): Promise<Budgets> {
  const { readBudgetsFile } = await import('../../config/budgets-file.ts');
  return readBudgetsFile(file);
}

/** A tolerance that lets everything pass is none. */
function tolerance(text: string): number {
  const value = Number(text);
  if (/^[\d.]/.test(text) && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('expected a number from 0 up, such as 1e-5');
}

function worstCount(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_WORST) return value;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${MOST_WORST}`);
}
