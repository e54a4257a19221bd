import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { ClassHead } from '../../../page-data/page-data.ts';
import { ClassLetter } from '../../parts/class-letter.tsx';
import { Members } from './members.tsx';

const PAGE = 25;

/** Each class with its letter, its share of the targets as a bar, and its members; the largest first. */
export function ClassList({
  suite,
  classes,
  tensor,
  note,
}: {
  readonly suite: string;
  readonly classes: readonly ClassHead[];
  readonly tensor?: string;
  /** What else is said of a class. */
  readonly note?: (own: ClassHead) => ComponentChildren;
}) {
  const [shown, setShown] = useState(PAGE);
  const all = classes.reduce((sum, { targets }) => sum + targets.length, 0);
  const rest = classes.length - shown;
  return (
    <>
      <ol class="class-list">
        {classes.slice(0, shown).map((own, index) => (
          <li key={own.id}>
            <ClassLetter id={own.id} reference={own.reference} index={index} />
            <div>
              <p class="class-size">
                <span
                  class={`class-bar ${own.reference ? 'reference' : `tint-${index % 6}`}`}
                  style={{ width: `${(100 * own.targets.length) / all}%` }}
                />
                <span>
                  {count(own.targets.length, 'target')}
                  {own.reference ? <b> with the reference's own bytes</b> : undefined}
                </span>
              </p>
              {note?.(own)}
              <Members suite={suite} targets={own.targets} {...(tensor === undefined ? {} : { tensor })} />
            </div>
          </li>
        ))}
      </ol>
      {rest > 0 ? (
        <button type="button" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, rest)} more of {rest} classes
        </button>
      ) : undefined}
    </>
  );
}
