import { count } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import { TargetLinks } from './target-links.tsx';

/** Candidates that nobody judged: shown, never passed over. */
export function Unjudged() {
  const { head } = useReport();
  const unjudged = head.targets.flatMap(({ role, status }, index) =>
    role === 'candidate' && status === undefined ? [index] : [],
  );
  if (unjudged.length === 0) return null;
  return (
    <div class="notice">
      <b>{count(unjudged.length, 'target')} planned, but not judged:</b> <TargetLinks targets={unjudged} />
    </div>
  );
}
