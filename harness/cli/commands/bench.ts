import { Command, InvalidArgumentError } from 'commander';
import { BENCHMARKS, type FleetOptions, runBenchmarks } from '../../bench/benchmarks.ts';
import { UserError } from '../../domain/user-error.ts';

export function benchCommand(): Command {
  const list = BENCHMARKS.map(({ name, meaning }) => `  ${name.padEnd(9)}${meaning}`).join('\n');
  return new Command('bench')
    .description('Measure the performance claims on this machine; one JSON object a line.')
    .argument('[benchmark...]', 'which ones; all unless named')
    .option('--targets <count>', 'stages: targets of the simulated fleet', count)
    .option('--suites <count>', 'stages: suites', count)
    .option('--tensors <count>', 'stages: tensors of a suite', count)
    .option('--divergent <share>', 'stages: share of the targets that differ from the reference', share)
    .option('--answers <count>', 'stages: different wrong answers to a tensor', count)
    .addHelpText(
      'after',
      `\nBenchmarks:\n${list}\n\nTakes minutes, and a quiet machine. docs/performance.md says how to read the figures.\n\nExamples:\n  fleetdiff bench compare\n  fleetdiff bench stages --targets 100 --divergent 0`,
    )
    .action(async (names: string[], fleet: FleetOptions) => {
      const known = BENCHMARKS.map(({ name }) => name);
      const unknown = names.find((name) => !known.includes(name));
      if (unknown !== undefined) {
        throw new UserError('E_BENCH_UNKNOWN', `No benchmark is called "${unknown}".`, {
          remedies: [`they are: ${known.join(', ')}`],
        });
      }
      for await (const row of runBenchmarks(names, fleet)) console.log(JSON.stringify(row));
    });
}

function count(text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number of at least 1');
}

function share(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('expected a number from 0 to 1, such as 0.05');
}
