import { Command } from 'commander';
import { type Explanation, explainRun } from '../../stages/explain.ts';
import { openRunFolder } from '../../store/run-folder.ts';

export function explainCommand(): Command {
  return new Command('explain')
    .description('Which budget rules spoke of a verdict, in order, and which one won.')
    .argument('<run>', 'a run folder, a run id, or latest')
    .argument('[verdict]', 'a verdict id; without one, everything that is not a PASS')
    .option('--json', 'print the rule chains as JSON')
    .addHelpText('after', '\nExample:\n  fleetdiff explain latest v-1a2b3c4d')
    .action(async (name: string, verdict: string | undefined, options: { json?: boolean }) => {
      const workFolder = process.cwd();
      const explanations = await explainRun(openRunFolder(name, workFolder), verdict, workFolder);
      if (options.json) console.log(JSON.stringify(explanations, null, 1));
      else if (explanations.length === 0) console.log('Every verdict is a PASS; name one to see its rules.');
      else console.log(explanations.map(formatExplanation).join('\n\n'));
    });
}

function formatExplanation({ verdict, rules, waivers }: Explanation): string {
  const { id, status, suite, target, tensor, metric, actual, operator, limit } = verdict;
  const bound = limit === null ? '' : `, allowed ${operator} ${limit}`;
  const found = actual === null ? (verdict.message ?? '') : `found ${actual}${bound}`;
  const chain = rules.map((rule, index) => {
    const { fail, warn } = rule.limit;
    const limits = [fail === undefined ? '' : `fail ${fail}`, warn === undefined ? '' : `warn ${warn}`];
    const won = index === rules.length - 1 ? '  <- won, the last that matches' : '';
    return `    ${placeOf(rule.rule)}  ${limits.filter(Boolean).join(', ') || 'lifts the limit'}  "${rule.rule.reason}"${won}`;
  });
  const covering = waivers.map((waiver) => `    ${placeOf(waiver)}  waiver until ${waiver.expires}`);
  return [
    `${id}  ${status}  ${suite} · ${tensor} · ${target}`,
    `  ${metric}  ${found}`,
    ...(chain.length > 0 ? ['  rules, in order', ...chain] : [`  rule  ${verdict.rule.reason} (built in)`]),
    ...(covering.length > 0 ? ['  waivers', ...covering] : []),
  ].join('\n');
}

function placeOf({ file, line }: { readonly file: string; readonly line?: number }): string {
  return line === undefined ? file : `${file}:${line}`;
}
