import { useMemo, useState } from 'preact/hooks';
import type { Comparison } from '../../../../domain/run-files.ts';
import { formatShare } from '../../../format-number.ts';
import type { TensorSummary } from '../../../tensor-summary.ts';
import { answersAndTiesWords } from '../../../wording.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Fact } from '../target/facts.tsx';
import { FlipFigure } from './flip-figure.tsx';
import { type DecisionTotals, totalDecisions } from './pool-decisions.ts';

const PAGE = 24;

/** What changes for people: answers before and after, accuracy, and each changed answer with its input. */
export function Answers({
  comparisons,
  summary,
  suite,
}: {
  readonly comparisons: readonly Comparison[];
  readonly summary: TensorSummary | undefined;
  /** Index in the head's suites. */
  readonly suite: number;
}) {
  const totals = useMemo(() => totalDecisions(comparisons), [comparisons]);
  const [shown, setShown] = useState(PAGE);
  if (totals === undefined || summary === undefined) return null;
  const flipped = summary.decisions?.flipped ?? [];
  const words = answersAndTiesWords(summary) ?? '';
  return (
    <section>
      <h2>{words.charAt(0).toUpperCase() + words.slice(1)}</h2>
      <Totals totals={totals} />
      {flipped.length === 0 ? undefined : (
        <>
          <h3>Changed answers</h3>
          <ul class="flip-list">
            {flipped.slice(0, shown).map((flip) => (
              <li key={flip.sample}>
                <FlipFigure flip={flip} suite={suite} />
              </li>
            ))}
          </ul>
          <MoreButton shown={shown} of={flipped.length} page={PAGE} onMore={setShown} />
          <p class="small quiet">
            Lead: the first answer's score minus the second's, reference → this target.
            {flipped.some(({ expected }) => expected !== undefined)
              ? ' Right is what expected.csv says: lost where only the reference says it, gained where only this target does.'
              : ''}
            {flipped.some(({ nearTie }) => nearTie)
              ? " Near tie: the answers lie within the reference's own resolution."
              : ''}
          </p>
        </>
      )}
    </section>
  );
}

function Totals({ totals }: { readonly totals: DecisionTotals }) {
  const { samples, agreeing, topK, accuracy, labelled } = totals;
  return (
    <dl class="facts">
      <Fact name="Same first answer">
        {formatShare(agreeing / samples)}{' '}
        <span class="quiet">
          ({agreeing} of {samples})
        </span>
      </Fact>
      {topK.map(({ k, overlap, ordered }) => (
        <Fact key={k} name={`${k} best answers`}>
          {formatShare(overlap)} in common, {formatShare(ordered)}{' '}
          <span class="quiet">of the samples in the same order</span>
        </Fact>
      ))}
      {accuracy === undefined ? undefined : (
        <Fact name="Accuracy">
          {formatShare(accuracy.reference)} → <b>{formatShare(accuracy.candidate)}</b>{' '}
          <span class="quiet">
            (reference → this target
            {labelled === samples ? '' : `, of ${labelled} samples with ground truth`})
          </span>
        </Fact>
      )}
    </dl>
  );
}
