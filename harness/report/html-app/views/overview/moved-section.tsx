import { useReport } from '../../data/report.ts';
import { MOVED } from '../../filters.ts';
import { Prose } from '../../parts/name.tsx';
import { hashOf } from '../../route.ts';
import { CauseTable } from './cause-table.tsx';
import { TargetLinks } from './target-links.tsx';

/** What moved since the runs before, and what changed where it moved and not where it stayed. */
export function MovedSection() {
  const { moved } = useReport().head;
  if (moved === undefined) return null;
  return (
    <section class="moved">
      <h2>Since the run before</h2>
      <ul>
        {moved.sentences.map((sentence) => (
          <li key={sentence}>
            <Prose>{sentence}</Prose>
          </li>
        ))}
      </ul>
      {moved.targets.length === 0 ? undefined : (
        <p class="small">
          <span class="quiet">Moved: </span>
          <TargetLinks targets={moved.targets} />{' '}
          <a class="only-these" href={hashOf({ view: 'overview' }, new URLSearchParams({ moved: MOVED }))}>
            Show only these
          </a>
        </p>
      )}
      <CauseTable causes={moved.causes} weaker={moved.weaker} />
    </section>
  );
}
