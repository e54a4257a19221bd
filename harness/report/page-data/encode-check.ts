import type { CheckedTarget } from '../../domain/model-check.ts';
import { brokenLimits } from '../check/broken-limits.ts';
import type { Overview } from '../overview.ts';
import type { ReportInput } from '../report-input.ts';
import { proseText } from '../wording.ts';
import type { CheckHead, CheckLine } from './page-data.ts';

const MOST_LINES = 20;

export function checkHead({ check }: ReportInput, { own }: Overview): CheckHead | undefined {
  if (check === undefined || own === undefined) return undefined;
  const lines = check.targets.flatMap(linesOf);
  return { own, lines: lines.slice(0, MOST_LINES), more: Math.max(0, lines.length - MOST_LINES) };
}

function linesOf(checked: CheckedTarget): CheckLine[] {
  const { suite, target, unknown } = checked;
  return [
    ...unknown.map((why) => ({ suite, target, isUnknown: true, words: proseText(why) })),
    ...brokenLimits(checked).map(({ tensor, words, waiver }) => ({
      suite,
      target,
      ...(tensor === '*' ? {} : { tensor }),
      isUnknown: false,
      words: [...words, ...waiver].join('; '),
    })),
  ];
}
