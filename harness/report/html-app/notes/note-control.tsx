import { useId, useRef, useState } from 'preact/hooks';
import type { Matcher } from '../../../domain/budgets.ts';
import type { FindingHead } from '../../page-data/page-data.ts';
import { useReport } from '../data/report.ts';
import { Name, Prose } from '../parts/name.tsx';
import { blankNote, type Note, noteKey } from './note.ts';
import { NoteForm } from './note-form.tsx';
import './notes.css';
import { useNotes } from './use-notes.ts';

/** What the reviewer says about a finding: seen, a comment, accepted until. Place it below the finding's words, once per finding. */
export function FindingNote({ finding }: { readonly finding: FindingHead }) {
  const { head } = useReport();
  const store = useNotes();
  const [open, setOpen] = useState(false);
  const form = useId();
  const opener = useRef<HTMLButtonElement>(null);
  const blank = blankNote(head, finding);
  const note = store.notes.get(noteKey(blank)) ?? blank;
  const save = (changed: Note) => store.save({ ...changed, changedAt: new Date().toISOString() });
  const close = () => {
    setOpen(false);
    // The form that had the focus is gone.
    opener.current?.focus();
  };
  const has = note.comment !== '' || note.accepted !== undefined;
  return (
    <div class="note">
      <div class="note-line">
        <button
          type="button"
          class="small"
          aria-pressed={note.seen}
          onClick={() => save({ ...note, seen: !note.seen })}
        >
          {note.seen ? '✓ Seen' : 'Mark seen'}
        </button>
        <button
          type="button"
          class="small"
          aria-expanded={open}
          {...(open ? { 'aria-controls': form } : {})}
          ref={opener}
          onClick={() => setOpen(!open)}
        >
          {has ? 'Edit note' : 'Comment or accept'}
        </button>
      </div>
      <NoteWords note={note} />
      {open ? <NoteForm id={form} finding={finding} note={note} onSave={save} onClose={close} /> : undefined}
    </div>
  );
}

/**
 * The same where an entry is shown for one target (the tensor view); nothing where the entry is no finding.
 * @param props.entry id of the entry: index in `head.entries`
 * @param props.target index in `head.targets`
 */
export function EntryNote({ entry, target }: { readonly entry: number; readonly target: number }) {
  const { head } = useReport();
  const finding = head.findings.find((each) => each.entry === entry && each.targets.includes(target));
  return finding === undefined ? null : <FindingNote finding={finding} />;
}

/** What the note says beside "seen". */
export function NoteWords({ note: { comment, accepted } }: { readonly note: Note }) {
  return (
    <>
      {comment === '' ? undefined : (
        <p class="small">
          <span class="quiet">Comment: </span>
          <Prose>{comment}</Prose>
        </p>
      )}
      {accepted === undefined ? undefined : (
        <p class="small">
          <span class="quiet">Accepted until {accepted.expires} by </span>
          <Name>{accepted.owner}</Name>
          <span class="quiet"> (</span>
          <Prose>{accepted.metrics.join(', ')}</Prose>
          <span class="quiet"> of </span>
          <Prose>{accepted.matches.map(matchWords).join(' or ')}</Prose>
          <span class="quiet">): </span>
          <Prose>{accepted.reason}</Prose>
        </p>
      )}
    </>
  );
}

/** `device haswell, tensor logits`: whom it lets pass, as a person reads it. */
function matchWords(match: Matcher): string {
  return Object.entries(match)
    .map(([key, glob]) => `${key} ${glob}`)
    .join(', ');
}
