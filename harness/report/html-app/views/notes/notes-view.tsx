import { useMemo } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import { blankNote, noteKey } from '../../notes/note.ts';
import { writeNotes } from '../../notes/notes-file.ts';
import { notesMarkdown } from '../../notes/notes-markdown.ts';
import { useNotes } from '../../notes/use-notes.ts';
import { Copyable } from '../../parts/copy-button.tsx';
import type { Location } from '../../route.ts';
import { hashOf } from '../../route.ts';
import { ImportNotes } from './import-notes.tsx';
import { NoteList } from './note-list.tsx';
import './notes-view.css';
import { SaveButton } from './save-button.tsx';
import { WaiverBlocks } from './waiver-blocks.tsx';

/** What the reviewer wrote, and what comes of it: waivers for budgets.yml, a file for the next reviewer, words for an issue. */
export function NotesView(_props: { readonly location: Location }) {
  const { head } = useReport();
  const store = useNotes();
  const findings = useMemo(
    () => new Map(head.findings.map((finding) => [noteKey(blankNote(head, finding)), finding])),
    [head],
  );
  const notes = [...store.notes.values()];
  const accepted = notes.flatMap((note) => note.accepted ?? []);
  const seen = head.findings.filter((finding) => store.notes.get(noteKey(blankNote(head, finding)))?.seen);
  return (
    <>
      <section class="top">
        <h1>Notes</h1>
        <p>
          {head.findings.length === 0
            ? 'This run has no findings to write notes on.'
            : `${seen.length} of ${count(head.findings.length, 'finding')} seen, ${accepted.length} accepted for now.`}{' '}
          Notes stay in this browser, for this run; nobody else sees them until you hand them on.
        </p>
        {store.problem === undefined ? undefined : (
          <p class="notice" role="alert">
            {store.problem}
          </p>
        )}
        {notes.length === 0 ? (
          <p>
            No notes yet. Every finding of the <a href={hashOf({ view: 'overview' })}>overview</a> has buttons
            to mark it seen, to comment on it, and to accept it with a reason and a last day.
          </p>
        ) : (
          <NoteList notes={notes} findings={findings} />
        )}
      </section>
      {accepted.length === 0 ? undefined : <WaiverBlocks accepted={accepted} />}
      <section>
        <h2>Hand on</h2>
        {notes.length === 0 ? undefined : (
          <>
            <div class="note-line">
              <SaveButton name="notes.json" type="application/json" text={writeNotes(head.run, notes)} />
              <SaveButton name="notes.md" type="text/markdown" text={notesMarkdown(head.run, notes)} />
            </div>
            <details class="more">
              <summary>Markdown to copy into an issue or a pull request</summary>
              <Copyable text={notesMarkdown(head.run, notes)} />
            </details>
            <details class="more">
              <summary>JSON to copy</summary>
              <Copyable text={writeNotes(head.run, notes)} />
            </details>
          </>
        )}
        <ImportNotes store={store} />
      </section>
    </>
  );
}
