import { Command } from 'commander';
import { wrap } from '../../report/display-width.ts';
import { visible } from '../../report/escape.ts';
import { count } from '../../report/format-number.ts';
import { nameText } from '../../report/wording.ts';
import { compareRun } from '../../stages/compare.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { EXIT } from '../exit-code.ts';

const COLUMNS = 80;
const INDENT = '    ';

export function compareCommand(): Command {
  return new Command('compare')
    .description('Measure every captured output against the reference; needs no device.')
    .argument('<run>', 'a run folder, a run id, or latest')
    .option('--json', 'print comparisons.json')
    .addHelpText('after', '\nExample:\n  fleetdiff compare latest')
    .action(async (name: string, options: { json?: boolean }) => {
      const { comparisons, equivalence } = await compareRun(openRunFolder(name, process.cwd()));
      const all = comparisons.comparisons;
      if (all.length === 0) {
        process.exitCode = EXIT.incomplete;
        process.stderr.write(
          `Nothing was compared: no capture of a candidate is there.\nCapture first:  fleetdiff capture ${visible(name)}\n`,
        );
      }
      if (options.json) console.log(JSON.stringify(comparisons, null, 1));
      if (options.json || all.length === 0) return;
      const identical = all.filter((entry) => entry.status === 'compared' && entry.identical).length;
      const refused = all.filter((entry) => entry.status === 'notComparable').length;
      console.log(
        `${count(all.length, 'comparison')}: ${identical} bit-identical, ${refused} not comparable`,
      );
      for (const { suite, overall } of equivalence.suites) {
        for (const { id, targets, reference } of overall) {
          const label = `class ${id}${reference ? ' (the reference)' : ''}`;
          const line = `${nameText(suite)}  ${label}: ${targets.map(nameText).join(', ')}`;
          const [first, ...rest] = wrap(line, COLUMNS - INDENT.length);
          console.log([first, ...rest.map((more) => INDENT + more)].join('\n'));
        }
      }
    });
}
