import type { TargetHead } from '../../../page-data/page-data.ts';
import { useEntry, useReport } from '../../data/report.ts';
import { EntryNote } from '../../notes/note-control.tsx';
import { LeftOut } from '../tensor/left-out.tsx';
import { VerdictTable } from '../tensor/verdict-table.tsx';

/** Verdicts on the target as a whole: whether it was captured, where it ran, whether it repeats itself. */
export function WholeTarget({ target, index }: { readonly target: TargetHead; readonly index: number }) {
  const report = useReport();
  const entry = report.sheet(target).find(({ head }) => head.tensor === '*');
  const read = useEntry(target, index, entry?.id);
  if (entry === undefined) return null;
  return (
    <section>
      <h2>The target as a whole</h2>
      {read.status === 'loading' ? (
        <p role="status">Loading…</p>
      ) : read.data === undefined ? (
        <LeftOut />
      ) : (
        <VerdictTable verdicts={read.data.verdicts} label="Verdicts on the target as a whole" />
      )}
      <EntryNote entry={entry.id} target={index} />
    </section>
  );
}
