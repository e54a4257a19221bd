import { markdownCode, markdownText } from '../../escape.ts';
import { count } from '../../format-number.ts';
import { nameText, STATUS_WORDS } from '../../wording.ts';
import type { Note } from './note.ts';

const MOST_TARGETS = 5;

/** Notes to paste into an issue or a pull request. */
export function notesMarkdown(run: string, notes: readonly Note[]): string {
  const accepted = notes.filter((note) => note.accepted !== undefined).length;
  return [
    `## Review of run ${code(run)}`,
    '',
    `${count(notes.length, 'finding')} with notes, ${accepted} accepted for now.`,
    ...notes.flatMap((note) => ['', ...noteLines(note)]),
    '',
  ].join('\n');
}

function noteLines({ suite, tensor, targets, status, headline, seen, comment, accepted }: Note): string[] {
  const shown = targets.slice(0, MOST_TARGETS).map(code).join(', ');
  const more = targets.length > MOST_TARGETS ? ` and ${targets.length - MOST_TARGETS} more` : '';
  const tensorWords = tensor === '*' ? 'the target as a whole' : code(tensor);
  return [
    `### ${STATUS_WORDS[status]}: ${code(suite)}, ${tensorWords} on ${shown}${more}`,
    '',
    markdownText(headline),
    '',
    ...(seen ? ['- seen'] : []),
    ...(comment === '' ? [] : [`- comment: ${markdownText(comment)}`]),
    ...(accepted === undefined
      ? []
      : [
          `- accepted until ${accepted.expires} by ${markdownText(accepted.owner)} (${accepted.metrics.map(code).join(', ')}): ${markdownText(accepted.reason)}`,
        ]),
  ];
}

function code(name: string): string {
  return markdownCode(nameText(name));
}
