import { useNotes } from './use-notes.ts';

/** How many findings have notes, for the page's navigation; nothing when none has. */
export function NotesCount() {
  const { notes } = useNotes();
  if (notes.size === 0) return null;
  return <span class="quiet"> ({notes.size})</span>;
}
