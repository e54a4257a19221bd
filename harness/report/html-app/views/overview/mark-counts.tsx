import { useMemo } from 'preact/hooks';
import { STATUSES } from '../../../../domain/run-files.ts';
import { useReport } from '../../data/report.ts';
import type { Mark } from '../../parts/status-mark.tsx';
import { MarkLabel, targetMark } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';

const ORDER: readonly Mark[] = ['NOT_JUDGED', ...STATUSES, 'REFERENCE'];

/** How many targets have which status; each is a link to those. */
export function MarkCounts() {
  const { head } = useReport();
  const counts = useMemo(() => {
    const of = new Map<Mark, number>();
    for (const target of head.targets) {
      const mark = targetMark(target);
      of.set(mark, (of.get(mark) ?? 0) + 1);
    }
    return of;
  }, [head]);
  return (
    <ul class="mark-counts" aria-label="Targets by status">
      {ORDER.filter((mark) => counts.has(mark)).map((mark) => (
        <li key={mark}>
          <a href={hashOf({ view: 'overview' }, new URLSearchParams({ status: mark }))}>
            <b>{counts.get(mark)}</b> <MarkLabel mark={mark} />
          </a>
        </li>
      ))}
    </ul>
  );
}
