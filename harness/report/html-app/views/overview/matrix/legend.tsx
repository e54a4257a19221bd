import { STATUSES } from '../../../../../domain/run-files.ts';
import { type Mark, MarkLabel } from '../../../parts/status-mark.tsx';

const MARKS: readonly Mark[] = [...STATUSES, 'REFERENCE'];

/** What the marks mean, and what a tint says. */
export function Legend() {
  return (
    <>
      <ul class="legend">
        {MARKS.map((mark) => (
          <li key={mark}>
            <MarkLabel mark={mark} />
          </li>
        ))}
      </ul>
      <p class="quiet small">The stronger its tint, the further a cell is beyond its limit.</p>
    </>
  );
}
