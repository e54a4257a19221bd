import type { FindingHead } from '../../../page-data/page-data.ts';
import { useEntry, useReport } from '../../data/report.ts';
import { dataOf } from '../target/data-of.ts';
import { FlipFigure } from '../tensor/flip-figure.tsx';

/** Enough to see what kind of inputs it is. */
const MOST = 3;

/** The first inputs whose answer changed, real changes before near ties. */
export function FindingFlips({
  finding,
  target,
}: {
  readonly finding: FindingHead;
  /** Index in `head.targets`: any that has the finding. */
  readonly target: number | undefined;
}) {
  const index = target ?? finding.targets[0];
  const head = useReport().head.targets[index ?? -1];
  if (index === undefined || head === undefined) return null;
  return <Flips finding={finding} index={index} suite={head.suite} />;
}

function Flips({
  finding,
  index,
  suite,
}: {
  readonly finding: FindingHead;
  readonly index: number;
  readonly suite: number;
}) {
  const entry = dataOf(useEntry(useReport().head.targets[index]!, index, finding.entry));
  const flips = (entry?.comparisons ?? []).flatMap((comparison) =>
    comparison.status === 'compared' ? (comparison.decisions?.flipped ?? []) : [],
  );
  if (flips.length === 0) return null;
  const shown = flips.toSorted((left, right) => Number(left.nearTie) - Number(right.nearTie)).slice(0, MOST);
  return (
    <ul class="flip-list" aria-label={`${shown.length} of ${flips.length} changed answers`}>
      {shown.map((flip) => (
        <li key={flip.sample}>
          <FlipFigure flip={flip} suite={suite} />
        </li>
      ))}
    </ul>
  );
}
