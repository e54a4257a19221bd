import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { ClassHead } from '../../../page-data/page-data.ts';
import { ClassLetter } from '../../parts/class-letter.tsx';
import { Members } from './members.tsx';
import { Singles } from './singles.tsx';

const PAGE = 25;
/** Up to so many classes of one target each have a line of their own. */
const FEW_SINGLES = 6;

interface ClassListProps {
  readonly suite: string;
  /** The largest first. */
  readonly classes: readonly ClassHead[];
  readonly tensor?: string;
  /** What else is said of a class. */
  readonly note?: (own: ClassHead) => ComponentChildren;
}

/** Each class with its letter, its share of the targets as a bar, and its members. Many classes of one target stand together. */
export function ClassList({ suite, classes, tensor, note }: ClassListProps) {
  const [shown, setShown] = useState(PAGE);
  const all = classes.reduce((sum, { targets }) => sum + targets.length, 0);
  const alone = classes.filter(({ targets, reference }) => targets.length === 1 && !reference);
  const folded = alone.length > FEW_SINGLES ? alone : [];
  const listed = folded.length === 0 ? classes : classes.filter((own) => !alone.includes(own));
  const rest = listed.length - shown;
  const at = tensor === undefined ? {} : { tensor };
  return (
    <>
      <ol class="class-list">
        {listed.slice(0, shown).map((own) => (
          <ClassItem key={own.id} suite={suite} {...at} own={own} index={classes.indexOf(own)} of={all}>
            {note?.(own)}
          </ClassItem>
        ))}
      </ol>
      {rest > 0 ? (
        <button type="button" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, rest)} more of {rest} classes
        </button>
      ) : undefined}
      {folded.length === 0 ? undefined : (
        <Singles suite={suite} {...at} classes={folded} first={classes.length - folded.length} />
      )}
    </>
  );
}

function ClassItem({
  suite,
  tensor,
  own,
  index,
  of,
  children,
}: {
  readonly suite: string;
  readonly tensor?: string;
  readonly own: ClassHead;
  readonly index: number;
  /** Targets in all classes. */
  readonly of: number;
  readonly children: ComponentChildren;
}) {
  const tint = own.reference ? 'reference' : `tint-${index % 6}`;
  return (
    <li>
      <ClassLetter id={own.id} reference={own.reference} index={index} />
      <div>
        <div class="class-bar" aria-hidden="true">
          <div class={tint} style={{ width: `${(100 * own.targets.length) / of}%` }} />
        </div>
        <p class="class-size">
          {count(own.targets.length, 'target')}
          {own.reference ? <b> with the reference's own bytes</b> : undefined}
        </p>
        {children}
        <Members suite={suite} targets={own.targets} {...(tensor === undefined ? {} : { tensor })} />
      </div>
    </li>
  );
}
