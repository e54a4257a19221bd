import { shellWord } from '../escape.ts';
import type { Finding } from '../findings.ts';
import { count } from '../format-number.ts';
import { STATUS_WORDS } from '../wording.ts';

const MOST_FINDINGS = 10;
const LINE_CHARACTERS = 250;

/** A comment is where people copy from: no word that could hold more than a name or a path. */
const PLAIN_WORD = /^[\w./][\w ./:-]*$/;

const OPTIONS: readonly string[] = ['--only', '--resume', '--target', '--suite'];

/** Behind a fold: how the worst findings are reproduced, explained and localized. Odd names give no line. */
export function commandLines(findings: readonly Finding[], run: string, severalSuites: boolean): string[] {
  const open = findings.filter(({ status }) => status !== 'SKIPPED');
  const shown: string[] = [];
  for (const finding of open) {
    const lines = linesOf(finding, run, severalSuites);
    if (lines.length > 0) shown.push([`# ${STATUS_WORDS[finding.status]}`, ...lines].join('\n'));
    if (shown.length === MOST_FINDINGS) break;
  }
  if (shown.length === 0) return [];
  const all = shown.length === open.length ? '' : ` (${shown.length} of ${count(open.length, 'finding')})`;
  return [
    '',
    `<details><summary>Commands that reproduce, explain and localize${all}</summary>`,
    '',
    '```sh',
    shown.join('\n\n'),
    '```',
    '',
    '</details>',
    '',
  ];
}

function linesOf({ of: target, status, verdicts }: Finding, run: string, severalSuites: boolean): string[] {
  if (!PLAIN_WORD.test(target.target)) return [];
  const captured = target.capture?.status === 'captured';
  const folder = target.plannedSuite?.folder;
  const suite = severalSuites ? ['--suite', target.suite] : [];
  const commands = [
    ...(captured ? [] : [['run', '--resume', run]]),
    ...(folder === undefined ? [] : [['run', folder, '--only', target.target]]),
    ...verdicts.slice(0, 1).map(({ id }) => ['explain', run, id]),
    ...(captured && (status === 'FAIL' || status === 'WAIVED')
      ? [['localize', run, '--target', target.target, ...suite]]
      : []),
  ];
  return commands.flatMap((words) => {
    const isPlain = words.every((word) => OPTIONS.includes(word) || PLAIN_WORD.test(word));
    const line = `fleetdiff ${words.map(shellWord).join(' ')}`;
    return isPlain && line.length <= LINE_CHARACTERS ? [line] : [];
  });
}
