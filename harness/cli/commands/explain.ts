import { Command } from 'commander';
import { displayWidth, wrap } from '../../report/display-width.ts';
import { prose, visible } from '../../report/escape.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import { noiseWords } from '../../report/wording.ts';
import { type Explanation, explainRun } from '../../stages/explain.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { terminalLook } from '../terminal-look.ts';

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
      if (options.json)
        console.log(JSON.stringify({ schemaVersion: 1, kind: 'explanations', explanations }, null, 1));
      else if (explanations.length === 0) console.log('Every verdict is a PASS; name one to see its rules.');
      else
        console.log(
          shown(explanations.map((each) => formatExplanation(each).map(visible).join('\n')).join('\n\n')),
        );
    });
}

function shown(text: string): string {
  return terminalLook(process.stdout).ascii ? asciiText(text) : text;
}

function formatExplanation({ verdict, rules, waivers, isCurrent }: Explanation): string[] {
  const { id, status, suite, target, tensor, metric, actual, operator, limit, message, baseline } = verdict;
  const raised = noiseWords(verdict);
  const bound = limit === null ? '' : `, allowed ${operator} ${limit}`;
  const chain = rules.flatMap((rule, index) => {
    const won = index === rules.length - 1 ? '  <- the last that matches wins' : '';
    return [...hanging(`${placeOf(rule.rule)}  ${limitsOf(rule)}${won}`, '    '), ...quote(rule.rule.reason)];
  });
  const covering = waivers.flatMap((waiver) => [
    ...hanging(`${placeOf(waiver)}  waived until ${waiver.expires}, owner ${waiver.owner}`, '    '),
    ...quote(waiver.reason),
  ]);
  return [
    ...hanging(`${id}  ${status}  ${suite} · ${tensor} · ${target}`, ''),
    ...hanging(`${metric}${actual === null ? '' : `  found ${actual}${bound}`}`, '  '),
    ...(message ? wrapped(message, '    ') : []),
    ...(raised === undefined ? [] : wrapped(`the limit was ${raised}`, '    ')),
    ...(baseline === undefined
      ? []
      : wrapped(
          `held against what was approved ${baseline.at.slice(0, 10)} from run ${baseline.run}: "${baseline.reason}"`,
          '    ',
        )),
    ...(chain.length > 0
      ? ['  rules, in order', ...chain]
      : wrapped(`built in: ${verdict.rule.reason}`, '  ')),
    ...(covering.length > 0 ? ['  waivers', ...covering] : []),
    ...(isCurrent
      ? []
      : wrapped('The budgets have changed since; take them with:  fleetdiff judge RUN', '  ')),
  ];
}

function limitsOf({ limit: { fail, warn } }: Explanation['rules'][number]): string {
  const limits = [fail === undefined ? '' : `fail ${fail}`, warn === undefined ? '' : `warn ${warn}`];
  return limits.filter(Boolean).join(', ') || 'lifts the limit';
}

function quote(reason: string): string[] {
  return wrapped(`"${reason}"`, '      ');
}

/** Lines of at most 80 columns; a word that is longer stays whole, so that it can be copied. */
function wrapped(text: string, indent: string): string[] {
  return wrap(prose(text), 80 - indent.length, 'whole').map((line) => indent + line);
}

/** One line, or several of which the later ones stand further in; its own spaces are kept. */
function hanging(text: string, indent: string): string[] {
  const shown = visible(text);
  if (displayWidth(shown) <= 80 - indent.length) return [indent + shown];
  const [first = '', ...rest] = wrap(shown, 80 - indent.length - 4, 'whole');
  return [indent + first, ...rest.map((line) => `${indent}    ${line}`)];
}

function placeOf({ file, line }: { readonly file: string; readonly line?: number }): string {
  return line === undefined ? file : `${file}:${line}`;
}
