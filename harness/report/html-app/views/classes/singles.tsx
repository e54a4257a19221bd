import { useState } from 'preact/hooks';
import type { ClassHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { ClassLetter } from '../../parts/class-letter.tsx';
import { Name } from '../../parts/name.tsx';
import { hashOf, type Route } from '../../route.ts';

const FIRST = 60;
const MORE = 240;

/** Targets that agree with no other, close together. */
export function Singles({
  suite,
  tensor,
  classes,
  first,
}: {
  readonly suite: string;
  readonly tensor?: string;
  readonly classes: readonly ClassHead[];
  /** How many classes stand above these. */
  readonly first: number;
}) {
  const { head } = useReport();
  const [shown, setShown] = useState(FIRST);
  const rest = classes.length - shown;
  return (
    <div class="singles">
      <p>{classes.length} targets gave an answer that no other gave:</p>
      <ul class="members">
        {classes.slice(0, shown).map((own, position) => {
          const { target } = head.targets[own.targets[0]!]!;
          const to: Route =
            tensor === undefined
              ? { view: 'target', suite, target }
              : { view: 'tensor', suite, target, tensor };
          return (
            <li key={own.id}>
              <ClassLetter id={own.id} reference={false} index={first + position} />{' '}
              <a class="target-name" href={hashOf(to)}>
                <Name columns={44}>{target}</Name>
              </a>
            </li>
          );
        })}
      </ul>
      {rest > 0 ? (
        <button type="button" class="small" onClick={() => setShown(shown + MORE)}>
          Show {Math.min(MORE, rest)} more of {rest}
        </button>
      ) : undefined}
    </div>
  );
}
