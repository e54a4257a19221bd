import pico from 'picocolors';
import type { TargetStability } from '../../domain/stability.ts';
import { count } from '../format-number.ts';
import { joinWords } from '../join-words.ts';
import { asciiText } from '../terminal/signs.ts';
import type { TerminalOptions } from '../terminal.ts';
import { nameText } from '../wording.ts';
import { labelled } from './labelled.ts';
import {
  attributedWords,
  changeWords,
  FACTOR_NAMES,
  isChanging,
  isVaried,
  steadyWords,
  untriedWords,
} from './stability-words.ts';

/** Whether a target's answer is stable, for a person at a terminal: what changes it, what does not, what was not tried. */
export function renderStability(
  probed: TargetStability,
  { columns, colour, ascii }: TerminalOptions,
): string {
  const colours = pico.createColors(colour);
  const { suite, target, samples, factors, attributed } = probed;
  const varied = factors.filter(isVaried);
  const changing = varied.filter(isChanging);
  const steady = varied.filter((factor) => !isChanging(factor));
  const what =
    samples === null
      ? `case ${nameText(probed.case)}`
      : `${count(samples, 'sample')} of case ${nameText(probed.case)}`;
  const verdict = labelled('stable?', [attributedWords(probed)], columns);
  const lines = [
    colours.bold(`${nameText(suite)} · ${nameText(target)}   ${what}`),
    ...(attributed === null ? verdict : verdict.map((line) => colours.yellow(line))),
    ...changing.flatMap((factor) => labelled(FACTOR_NAMES[factor.factor], [changeWords(factor)], columns)),
    ...labelled('same bytes', steady.length === 0 ? [] : [joinWords(steady.map(steadyWords))], columns),
    ...labelled('not tried', untriedWords(factors), columns),
  ];
  const text = `${lines.join('\n')}\n`;
  return ascii ? asciiText(text) : text;
}
