import { visible } from '../../../../escape.ts';
import { formatNumber } from '../../../../format-number.ts';
import { titleText } from '../../../parts/name.tsx';
import { MARK_WORDS } from '../../../parts/status-mark.tsx';
import type { Cell } from './layout.ts';

/** "haswell/cpu, logits: Over budget, max_steps 9.5× its limit". */
export function cellWords(row: string, column: string, cell: Cell | undefined): string {
  const place = `${titleText(row)}, ${column === '*' ? 'whole target' : titleText(column)}`;
  if (cell === undefined) return `${place}: nothing`;
  return [`${place}: ${MARK_WORDS[cell.mark]}`, ...detailWords(cell)].join(', ');
}

function detailWords({ subject, overrun, route }: Cell): string[] {
  if (subject === '') return [];
  const shown = visible(subject).slice(0, 200);
  if (route.view === 'target') return [shown];
  if (overrun === Number.POSITIVE_INFINITY || Number.isNaN(overrun))
    return [`${shown} is no number within any limit`];
  return [
    overrun > 0
      ? `${shown} ${formatNumber(overrun * 100, 3)} % beyond its limit`
      : `${shown} nearest to its limit`,
  ];
}
