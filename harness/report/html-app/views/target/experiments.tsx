import type { Experiment } from '../../../../domain/diagnosis.ts';
import { errorWords } from '../../../diagnosis/error-words.ts';
import { count } from '../../../format-number.ts';
import { Name, Prose } from '../../parts/name.tsx';

/** What was changed on the target at one node, and whether the difference vanished with it. */
export function Experiments({ experiments }: { readonly experiments: readonly Experiment[] }) {
  if (experiments.length === 0) return null;
  return (
    <details class="more">
      <summary>{count(experiments.length, 'experiment')} on the target</summary>
      <ul class="evidence">
        {experiments.map(({ name, change, node, identical, metrics, reason }) => (
          <li key={`${name} ${node}`}>
            <Name columns={44}>{node}</Name> with <Prose>{change}</Prose>:{' '}
            {reason === undefined ? (
              <b>{identical ? 'identical to the reference' : errorWords(metrics)}</b>
            ) : (
              <>
                did not run: <Prose>{reason}</Prose>
              </>
            )}
          </li>
        ))}
      </ul>
    </details>
  );
}
