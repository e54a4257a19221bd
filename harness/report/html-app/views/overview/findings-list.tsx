import { useState } from 'preact/hooks';
import { useReport } from '../../data/report.ts';
import type { PassedFinding } from '../../filter-run.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { FindingItem } from './finding-item.tsx';

/** The fleet matrix below should not be far. */
const FIRST = 10;
const PAGE = 25;

/** Everything that does not simply pass, worst first. */
export function FindingsList({ passed }: { readonly passed: readonly PassedFinding[] }) {
  const { head } = useReport();
  const [shown, setShown] = useState(FIRST);
  return (
    <section aria-labelledby="findings-title">
      <h2 id="findings-title">Findings</h2>
      {passed.length === 0 ? (
        <p>{head.findings.length === 0 ? emptyWords(head.outcome) : 'No finding passes the filters.'}</p>
      ) : (
        <ol class="findings">
          {passed.slice(0, shown).map(({ index, targets }) => (
            <FindingItem key={index} finding={head.findings[index]!} targets={targets} />
          ))}
        </ol>
      )}
      <MoreButton shown={shown} of={passed.length} page={PAGE} onMore={setShown} />
    </section>
  );
}

/** No finding is no proof where not everything was judged. */
function emptyWords(outcome: string): string {
  return outcome === 'ship' ? 'Every verdict passes.' : 'Nothing that was judged is a finding.';
}
