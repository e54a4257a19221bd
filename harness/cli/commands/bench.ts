import { Command } from 'commander';
import { BENCHMARKS, runBenchmarks } from '../../bench/benchmarks.ts';
import { UserError } from '../../domain/user-error.ts';

export function benchCommand(): Command {
  const list = BENCHMARKS.map(({ name, meaning }) => `  ${name.padEnd(9)}${meaning}`).join('\n');
  return new Command('bench')
    .description('Measure the performance claims on this machine; one JSON object a line.')
    .argument('[benchmark...]', 'which ones; all unless named')
    .addHelpText(
      'after',
      `\nBenchmarks:\n${list}\n\nTakes minutes, and a quiet machine. docs/performance.md says how to read the figures.\n\nExample:\n  fleetdiff bench compare`,
    )
    .action(async (names: string[]) => {
      const known = BENCHMARKS.map(({ name }) => name);
      const unknown = names.find((name) => !known.includes(name));
      if (unknown !== undefined) {
        throw new UserError('E_BENCH_UNKNOWN', `No benchmark is called "${unknown}".`, {
          remedies: [`they are: ${known.join(', ')}`],
        });
      }
      for await (const row of runBenchmarks(names)) console.log(JSON.stringify(row));
    });
}
