import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { FindingHead } from '../../page-data/page-data.ts';
import { useEntry, useReport } from '../data/report.ts';
import { type AcceptDraft, acceptanceOf, draftOf, problemsOf } from './accept-draft.ts';
import { AcceptFields } from './accept-fields.tsx';
import type { Note } from './note.ts';
import { useScope } from './use-scope.ts';
import { waivedMetrics } from './waived-metrics.ts';

interface NoteFormProps {
  readonly id: string;
  readonly finding: FindingHead;
  readonly note: Note;
  readonly onSave: (note: Note) => void;
  readonly onClose: () => void;
}

/** Comment, and the waiver that the finding is accepted with. */
export function NoteForm({ id, finding, note, onSave, onClose }: NoteFormProps) {
  const { head } = useReport();
  const [first = 0] = finding.targets;
  const entry = useEntry(head.targets[first]!, first, finding.entry);
  const scope = useScope(finding);
  const [comment, setComment] = useState(note.comment);
  const [wished, setDraft] = useState<AcceptDraft | undefined>();
  const [tried, setTried] = useState(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const own = useId();
  useEffect(() => text.current?.focus(), []);

  const metrics = entry.status === 'ready' && entry.data ? waivedMetrics(entry.data.verdicts) : [];
  const draft = wished ?? draftOf(note.accepted, metrics, head.rules[finding.rule ?? -1]?.owner, new Date());
  const problems = draft.wanted ? problemsOf(draft, new Date()) : [];
  const submit = () => {
    setTried(true);
    if (problems.length > 0) {
      document.getElementById(`${own}-${problems[0]!.field}`)?.focus();
      return;
    }
    const { accepted: _before, ...rest } = note;
    const accepted = draft.wanted ? acceptanceOf(draft, metrics, scope) : undefined;
    onSave({ ...rest, comment: comment.trim(), ...(accepted === undefined ? {} : { accepted }) });
    onClose();
  };
  return (
    <form
      class="note-form"
      id={id}
      aria-label="Note on this finding"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
      onKeyDown={(event) => {
        if (event.key === 'Escape') onClose();
      }}
    >
      <label>
        Comment
        <textarea
          rows={3}
          ref={text}
          value={comment}
          onInput={(event) => setComment(event.currentTarget.value)}
        />
      </label>
      {metrics.length === 0 ? (
        <p class="small quiet">{whyNotAccepted(finding, entry.status === 'ready' && !entry.data)}</p>
      ) : (
        <AcceptFields
          own={own}
          draft={draft}
          metrics={metrics}
          scope={scope}
          problems={tried ? problems : []}
          onChange={setDraft}
        />
      )}
      <div class="note-line">
        <button type="submit" class="small">
          Save note
        </button>
        <button type="button" class="small" onClick={onClose}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function whyNotAccepted({ status }: FindingHead, leftOut: boolean): string {
  if (leftOut && (status === 'FAIL' || status === 'WAIVED'))
    return 'What was found is left out of this file to keep it small, so a waiver must be written by hand; fleetdiff explain shows the numbers.';
  if (status === 'WARN') return 'A warning needs no waiver: it does not fail the run.';
  if (status === 'FAIL' || status === 'WAIVED') return 'Reading what was found …';
  return 'A waiver covers what is over budget. Nothing was measured here, so there is nothing to accept.';
}
