import { useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import type { FindingHead } from '../../../page-data/page-data.ts';
import { type Note, noteKey } from '../../notes/note.ts';
import { FindingNote, NoteWords } from '../../notes/note-control.tsx';
import { Name, Prose } from '../../parts/name.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';

const PAGE = 50;

/** The notes, each with the finding that it is on; one whose finding is gone says so. */
export function NoteList({
  notes,
  findings,
}: {
  readonly notes: readonly Note[];
  /** By the key of their notes. */
  readonly findings: ReadonlyMap<string, FindingHead>;
}) {
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <ul class="findings note-list">
        {notes.slice(0, shown).map((note) => (
          <li key={noteKey(note)}>
            <div>
              <MarkLabel mark={note.status} />
            </div>
            <div>
              <NotedFinding note={note} finding={findings.get(noteKey(note))} />
            </div>
          </li>
        ))}
      </ul>
      {notes.length > shown ? (
        <button type="button" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, notes.length - shown)} more of {notes.length - shown}
        </button>
      ) : undefined}
    </>
  );
}

function NotedFinding({ note, finding }: { readonly note: Note; readonly finding: FindingHead | undefined }) {
  const { suite, tensor, targets, headline } = note;
  const [target = ''] = targets;
  const words = (
    <>
      <Name columns={44}>{suite}</Name> ·{' '}
      {tensor === '*' ? 'the target as a whole' : <Name columns={44}>{tensor}</Name>}
    </>
  );
  return (
    <>
      <h2 class="note-title">
        <Name>{target}</Name>
        {targets.length > 1 ? (
          <span class="quiet"> and {count(targets.length - 1, 'more target')}</span>
        ) : undefined}
      </h2>
      <p class="small quiet">
        {finding === undefined ? (
          words
        ) : (
          <a href={hashOf({ view: 'tensor', suite, target, tensor })}>{words}</a>
        )}
      </p>
      <p>
        <Prose>{headline}</Prose>
      </p>
      {finding === undefined ? (
        <>
          <p class="small quiet">This run has no such finding any more.</p>
          <NoteWords note={note} />
        </>
      ) : (
        <FindingNote finding={finding} />
      )}
    </>
  );
}
