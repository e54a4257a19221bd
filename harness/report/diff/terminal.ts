import pico from 'picocolors';
import type { Status } from '../../domain/run-files.ts';
import { shortenMiddle, wrap } from '../display-width.ts';
import { visible } from '../escape.ts';
import { count, formatDuration } from '../format-number.ts';
import type { Colours } from '../status-text.ts';
import type { TerminalOptions } from '../terminal.ts';
import type { DiffResult, DiffSide } from './diff-result.ts';
import { diffTable } from './table.ts';
import { tensorBlock } from './tensor-block.ts';
import { worstFirst } from './tensor-order.ts';

const LEAST_COLUMNS = 60;
/** Beyond this many blocks nobody reads on; --json has them all. */
const MOST_BLOCKS = 8;

/** A diff for people: the table, worst first, what differs in full, then counts and the answer. */
export function renderDiff(
  result: DiffResult,
  options: TerminalOptions & { readonly durationMs: number },
): string {
  const columns = Math.max(LEAST_COLUMNS, options.columns);
  const colours = pico.createColors(options.colour);
  const rows = worstFirst(result.tensors);
  const open = rows.filter(({ tensor: { status } }) => status === 'FAIL' || status === 'WAIVED');
  const blocks = open.slice(0, MOST_BLOCKS).map((row) => {
    const [title = '', ...rest] = tensorBlock(row, columns);
    return [colours.bold(title), ...rest];
  });
  const unseen = open.length - blocks.length;
  const sections = [
    rows.length === 0 ? [] : diffTable(rows, columns, colours),
    ...blocks,
    ...(unseen > 0 ? [[`${unseen} more that differ: --tensor shows one, --json all`]] : []),
    closing(result, columns, options.durationMs, colours),
  ];
  return `${sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`;
}

function closing(result: DiffResult, columns: number, durationMs: number, colours: Colours): string[] {
  const { reference, candidate, tensors, elements, exitCode } = result;
  const paint = { 0: colours.green, 1: colours.red, 3: colours.magenta }[exitCode];
  const sides = { reference: sideText(reference), candidate: sideText(candidate) };
  const room = columns - 11;
  const side = (name: 'reference' | 'candidate') => {
    const { path, holds } = sides[name];
    return `${name.padEnd(9)}  ${shortenMiddle(path, room - holds.length - 2)}  ${colours.dim(holds)}`;
  };
  const identical = tensors.filter((row) => row.identical).length;
  const counts = [
    ...statusCounts(result),
    ...(identical > 0 ? [`${identical} bit-identical`] : []),
    `${count(elements, 'element')} in ${formatDuration(durationMs)}`,
  ];
  return [
    side('reference'),
    side('candidate'),
    ...wrap(counts.join(' · '), room).map((line, n) => `${n === 0 ? 'tensors' : '       '}    ${line}`),
    ...wrap(answer(result), columns).map((line) => colours.bold(paint(line))),
  ];
}

function sideText({ path, files, tensors }: DiffSide) {
  const holds = `${count(tensors, 'tensor')}${files === 1 ? '' : ` in ${files} files`}`;
  return { path: visible(path), holds };
}

const WORDS: Readonly<Record<Status, string>> = {
  NOT_COMPARABLE: 'not comparable',
  INCOMPLETE: 'incomplete',
  FAIL: 'fail',
  WAIVED: 'waived',
  WARN: 'warn',
  SKIPPED: 'skipped',
  PASS: 'pass',
};

function statusCounts({ tensors }: DiffResult): string[] {
  return (Object.keys(WORDS) as Status[]).flatMap((status) => {
    const n = tensors.filter(({ tensor }) => tensor.status === status).length;
    return n === 0 ? [] : [`${n} ${WORDS[status]}`];
  });
}

function answer({ tensors, exitCode, elements, judged }: DiffResult): string {
  const having = (...statuses: Status[]) =>
    tensors.filter(({ tensor }) => statuses.includes(tensor.status)).length;
  const of = count(tensors.length, 'tensor');
  const within = judged === 'budgets' ? 'within budget' : 'within tolerance';
  if (tensors.length === 0) return 'Incomplete: neither side holds a tensor, so nothing was compared';
  const refused = having('NOT_COMPARABLE', 'INCOMPLETE');
  if (exitCode === 3 && refused > 0) return `Incomplete: ${refused} of ${of} cannot be compared`;
  if (exitCode === 3 || elements === 0)
    return 'Incomplete: no tensor has an element, so nothing was compared';
  if (exitCode === 1) return `Different: ${having('FAIL')} of ${of} not ${within}`;
  const waived = having('WAIVED');
  if (waived > 0) return `Waived: ${waived} of ${of} over budget, each with a waiver`;
  if (tensors.every((row) => row.identical)) return `Identical: ${of}, bit for bit`;
  return `Equal: ${of} ${within}`;
}
