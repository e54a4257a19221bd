import pico from 'picocolors';
import type { CauseFinding, TargetDiagnosis, TraceRow } from '../../domain/diagnosis.ts';
import { displayWidth, padEndTo, shortenMiddle } from '../display-width.ts';
import { count, formatShare } from '../format-number.ts';
import { asciiText } from '../terminal/signs.ts';
import type { TerminalOptions } from '../terminal.ts';
import { nameText, proseText } from '../wording.ts';
import { errorWords } from './error-words.ts';
import { labelled } from './labelled.ts';

/** Rows around what matters; diagnosis.json and the report hold all of them. */
const MOST_ROWS = 40;

/** One diagnosis for a person at a terminal: what differs first, why, what to do, and the way of the error through the graph. */
export function renderDiagnosis(diagnosis: TargetDiagnosis, options: TerminalOptions): string {
  const { columns, colour, ascii } = options;
  const colours = pico.createColors(colour);
  const lines = [
    colours.bold(
      `${nameText(diagnosis.suite)} · ${nameText(diagnosis.target)}   case ${nameText(diagnosis.case)}`,
    ),
    '',
    ...firstLines(diagnosis, columns),
    ...diagnosis.findings.flatMap((finding, index) => causeLines(finding, index, columns)),
    ...noteLines(diagnosis, columns),
    '',
    ...traceLines(diagnosis, columns).map((line) => (line.isFirst ? colours.yellow(line.text) : line.text)),
  ];
  const text = `${lines.join('\n')}\n`;
  return ascii ? asciiText(text) : text;
}

function firstLines({ firstDivergence: first }: TargetDiagnosis, columns: number): string[] {
  if (first === null) {
    return labelled('first divergence', ['none: every tensor that was seen is bit-identical'], columns);
  }
  const { tensor, node, opType, index, of, metrics } = first;
  return labelled(
    'first divergence',
    [
      `"${nameText(tensor)}" of ${nameText(opType)} "${nameText(node)}", node ${index + 1} of ${of}`,
      errorWords(metrics),
    ],
    columns,
  );
}

function causeLines(finding: CauseFinding, index: number, columns: number): string[] {
  const { title, confidence, node, evidence, remedy, background, cause } = finding;
  const sure = cause === 'unknown' ? '' : `  (${formatShare(confidence, 2)} sure)`;
  return [
    '',
    ...labelled(index === 0 ? 'likely cause' : 'also', [`${proseText(title)}${sure}`], columns),
    ...labelled('at node', [`"${nameText(node)}"`], columns),
    ...evidence.flatMap((sentence, n) => labelled(n === 0 ? 'evidence' : '', [proseText(sentence)], columns)),
    ...labelled('what to do', [proseText(remedy)], columns),
    ...labelled('background', [background], columns),
  ];
}

function noteLines(diagnosis: TargetDiagnosis, columns: number): string[] {
  const { notes, observerEffect, way, nondeterministic } = diagnosis;
  const seen = {
    taps: 'exposing the tensors did not change the outputs',
    'single-taps': 'exposing all tensors changed the outputs; they were exposed one a run instead',
    replay: 'no tensor could be exposed unchanged; nodes were run alone instead',
  }[way];
  return [
    '',
    ...labelled(
      'observer effect',
      // What changes by itself says nothing of what exposing changed.
      [nondeterministic ? 'not known' : `${observerEffect}: ${seen}`],
      columns,
    ),
    ...notes.flatMap((note) => labelled('note', [proseText(note)], columns)),
  ];
}

interface Line {
  readonly text: string;
  readonly isFirst: boolean;
}

function traceLines({ trace, firstDivergence }: TargetDiagnosis, columns: number): Line[] {
  const shown = shownRows(trace, firstDivergence?.tensor);
  const errors = shown.map((row) => [errorWords(row.accumulated), errorWords(row.intrinsic)] as const);
  const widest = (column: 0 | 1, least: number) =>
    Math.min(28, Math.max(least, ...errors.map((pair) => pair[column].length)));
  const [here, alone] = [widest(0, 10), widest(1, 9)];
  const rest = Math.max(24, columns - here - alone - 4);
  const widestTensor = Math.max(6, ...shown.map(({ tensor }) => displayWidth(nameText(tensor))));
  const tensorColumns = Math.min(widestTensor + 1, Math.floor(rest * 0.42));
  const line = (tensor: string, node: string, first: string, second: string) =>
    [
      padEndTo(shortenMiddle(tensor, tensorColumns), tensorColumns + 1),
      padEndTo(shortenMiddle(node, rest - tensorColumns - 1), rest - tensorColumns),
      padEndTo(shortenMiddle(first, here), here + 2),
      shortenMiddle(second, alone),
    ]
      .join('')
      .trimEnd();
  const rows = shown.map((row, index) => ({
    text: line(nameText(row.tensor), `${nameText(row.opType)} ${nameText(row.node)}`, ...errors[index]!),
    isFirst: row.tensor === firstDivergence?.tensor,
  }));
  const hidden = trace.length - shown.length;
  return [
    { text: line('tensor', 'computed by', 'error here', 'its own'), isFirst: false },
    ...rows,
    ...(hidden > 0
      ? [{ text: `and ${count(hidden, 'more tensor')}: see diagnosis.json`, isFirst: false }]
      : []),
  ];
}

/** In graph order: those around the first that differs. */
function shownRows(trace: readonly TraceRow[], first: string | undefined): readonly TraceRow[] {
  if (trace.length <= MOST_ROWS) return trace;
  const at = Math.max(
    0,
    trace.findIndex(({ tensor }) => tensor === first),
  );
  const start = Math.min(Math.max(0, at - MOST_ROWS / 4), trace.length - MOST_ROWS);
  return trace.slice(start, start + MOST_ROWS);
}
