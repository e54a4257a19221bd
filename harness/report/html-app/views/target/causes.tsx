import type { CauseFinding } from '../../../../domain/diagnosis.ts';
import { formatShare } from '../../../format-number.ts';
import { Name, Prose } from '../../parts/name.tsx';

/** What explains the difference, best first, with what speaks for it and what to do. */
export function Causes({ findings }: { readonly findings: readonly CauseFinding[] }) {
  return (
    <>
      {findings.map(({ cause, title, confidence, node, evidence, remedy, background }, at) => (
        <div class="cause" key={`${cause} ${node}`}>
          <h3>
            {at === 0 ? 'Likely cause: ' : 'Also: '}
            <Prose>{title}</Prose>
          </h3>
          <p class="quiet small">
            {cause === 'unknown' ? '' : `${formatShare(confidence, 2)} sure, `}at node{' '}
            <Name columns={60}>{node}</Name>
          </p>
          <ul class="evidence">
            {evidence.map((sentence) => (
              <li key={sentence}>
                <Prose>{sentence}</Prose>
              </li>
            ))}
          </ul>
          <p>
            <b>What to do:</b> <Prose>{remedy}</Prose>
          </p>
          <p class="quiet small">
            Background: <Name columns={80}>{background}</Name> in fleetdiff's package
          </p>
        </div>
      ))}
    </>
  );
}
