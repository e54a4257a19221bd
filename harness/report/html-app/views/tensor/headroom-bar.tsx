import type { Verdict } from '../../../../domain/run-files.ts';
import { limitUse } from './headroom.ts';

const WIDTH = 96;
const HEIGHT = 12;
/** Where the limit stands; what is beyond it has the last quarter. */
const LIMIT = 72;

/** How much of the limit is used: filled up to the tick within, beyond it when over. Words stand beside it. */
export function HeadroomBar({ verdict }: { readonly verdict: Verdict }) {
  const use = limitUse(verdict);
  if (use === undefined) return null;
  const end = use <= 1 ? use * LIMIT : Math.min(WIDTH - 4, LIMIT + (use - 1) * (WIDTH - LIMIT));
  const beyond = use > 1;
  return (
    <svg
      class={`bar-chart ${beyond ? verdict.status : ''}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      aria-hidden="true"
    >
      <rect class="track" x="0" y="3" width={LIMIT} height="6" />
      <rect class="used" x="0" y="3" width={end} height="6" />
      {beyond ? <path class="used" d={`M${end} 0l4 6l-4 6z`} /> : undefined}
      <path class="limit" d={`M${LIMIT} 0v12`} />
    </svg>
  );
}
