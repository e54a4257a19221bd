import { useMemo } from 'preact/hooks';
import type { FindingHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { hashOf } from '../../route.ts';
import { neighbours } from './other-targets.ts';

/** To the findings before and after this one, worst first; nothing where this is none. */
export function FindingLinks({ entry, target }: { readonly entry: number; readonly target: number }) {
  const { head } = useReport();
  const { at, previous, next } = useMemo(() => neighbours(head, entry, target), [head, entry, target]);
  if (at < 0) return null;
  const linkOf = (finding: FindingHead) => {
    const { suite, target: name } = head.targets[finding.targets[0]!]!;
    const { tensor } = head.entries[finding.entry]!;
    return hashOf({ view: 'tensor', suite: head.suites[suite]?.name ?? '', target: name, tensor });
  };
  return (
    <>
      {previous === undefined ? undefined : <a href={linkOf(previous)}>← Previous finding</a>}
      {next === undefined ? undefined : <a href={linkOf(next)}>Next finding →</a>}
      <span class="quiet">
        finding {at + 1} of {head.findings.length}
      </span>
    </>
  );
}
