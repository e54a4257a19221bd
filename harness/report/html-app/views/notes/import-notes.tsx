import { useState } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import { nameText, proseText } from '../../../wording.ts';
import { useReport } from '../../data/report.ts';
import type { NoteStore } from '../../notes/note-store.ts';
import { readNotes } from '../../notes/notes-file.ts';

/** Takes the notes of another reviewer, or of another run: they are on findings by suite, tensor and target. */
export function ImportNotes({ store }: { readonly store: NoteStore }) {
  const { head } = useReport();
  const [said, setSaid] = useState('');
  const take = async (file: File) => {
    try {
      const { run, notes } = readNotes(await file.text());
      const taken = store.merge(notes);
      const of = run === head.run ? '' : ` They were written on run ${nameText(run)}.`;
      setSaid(
        `${taken} of ${count(notes.length, 'note')} taken; the others are here already, as new or newer.${of}`,
      );
    } catch (error) {
      setSaid(`Nothing was taken. ${proseText(error instanceof Error ? error.message : String(error))}`);
    }
  };
  return (
    <div class="import">
      <label>
        Take in notes from a notes.json
        <input
          type="file"
          accept=".json,application/json"
          onChange={(event) => {
            const input = event.currentTarget;
            const [file] = input.files ?? [];
            if (file !== undefined) take(file);
            // The same file may be chosen again after it was changed.
            input.value = '';
          }}
        />
      </label>
      <p role="status">{said}</p>
    </div>
  );
}
