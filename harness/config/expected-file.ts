import { UserError } from '../domain/user-error.ts';
import { describeValue } from './check-shape.ts';
import { didYouMean, quoteNames } from './nearest-name.ts';

const CODE = 'E_SUITE_EXPECTED';

/**
 * Ground truth from CSV text (RFC 4180, one record a line) with the header `case,label`: class index per sample, keyed as
 * written (`case` or `case#row`). A label is a class index or one of `labels`. Throws E_SUITE_EXPECTED with the line.
 */
export function parseExpected(
  text: string,
  file: string,
  labels: readonly string[] | undefined,
): Readonly<Record<string, number>> {
  const lines = text.replace(/^\uFEFF/, '').split(/\r?\n/);
  const fail = (line: number, message: string, remedies: readonly string[] = []): never => {
    throw new UserError(CODE, message, { place: { file, line }, remedies });
  };
  if (lines[0] !== 'case,label') {
    fail(1, `Expected the header "case,label"; found ${describeValue(lines[0] || undefined)}.`);
  }
  const expected = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (index === 0 || line === '') continue;
    const cells = splitRecord(line);
    if (cells?.length !== 2 || cells[0] === '') {
      fail(index + 1, `Expected a case and a label; found ${describeValue(line)}.`, [
        'put a text that holds a comma in double quotes',
      ]);
      continue;
    }
    const [sample, label] = cells as [string, string];
    if (expected.has(sample)) fail(index + 1, `The case "${sample}" stands in the file twice.`);
    expected.set(
      sample,
      classIndex(label, labels, (message, remedies) => fail(index + 1, message, remedies)),
    );
  }
  if (expected.size === 0) fail(1, 'The file holds no case.');
  return Object.fromEntries(expected);
}

function classIndex(
  label: string,
  labels: readonly string[] | undefined,
  fail: (message: string, remedies?: readonly string[]) => never,
): number {
  const index = /^\d+$/.test(label) ? Number(label) : undefined;
  const named = labels?.indexOf(label) ?? -1;
  if (index !== undefined && named >= 0 && named !== index) {
    fail(
      `The label "${label}" is the index of class "${labels![index] ?? '?'}" and the name of class ${named}.`,
      ['name the classes so that no name is the index of another'],
    );
  }
  if (named >= 0) {
    if (labels!.lastIndexOf(label) !== named)
      fail(`Two classes are named "${label}".`, ['use the class index instead']);
    return named;
  }
  if (index === undefined) {
    const known = labels ? `the class names are: ${quoteNames(labels)}` : 'the task names no labels file';
    return fail(`The label "${label}" is no class index, and ${known}.`, didYouMean(label, labels ?? []));
  }
  if (labels && index >= labels.length) {
    fail(`The label ${index} is beyond the last class, ${labels.length - 1}.`);
  }
  return index;
}

/** The cells of one record; undefined when its quotes do not pair. */
function splitRecord(line: string): string[] | undefined {
  const cells: string[] = [];
  const cell = /(?:"((?:[^"]|"")*)"|([^",]*))(,|$)/y;
  while (true) {
    const match = cell.exec(line);
    if (!match) return undefined;
    cells.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === '') return cells;
  }
}
