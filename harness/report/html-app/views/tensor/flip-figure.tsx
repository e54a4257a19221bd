import type { Flip } from '../../../../domain/run-files.ts';
import { formatNumber } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { InputPreview } from './input-preview.tsx';

/** What was seen, what the reference answers, what this target answers, and what is right. */
export function FlipFigure({ flip, suite }: { readonly flip: Flip; readonly suite: number }) {
  const labels = useReport().head.suites[suite]?.task?.labels;
  const { reference, candidate, expected, nearTie, sample } = flip;
  const label = (index: number) => <Name columns={24}>{labels?.[index] ?? `class ${index}`}</Name>;
  return (
    <figure class="flip">
      <InputPreview suite={suite} sample={sample} />
      <figcaption>
        <div class="answers">
          <b>{label(reference.class)}</b>{' '}
          <span role="img" aria-label="becomes">
            →
          </span>{' '}
          <b>{label(candidate.class)}</b>
        </div>
        {expected === undefined ? undefined : (
          <div class="quiet">
            right: <b>{label(expected)}</b>
            {rightness(flip)}
          </div>
        )}
        <div class="quiet">
          lead {formatNumber(reference.margin, 3)} → {formatNumber(candidate.margin, 3)}
        </div>
        {nearTie ? <div class="quiet">near tie</div> : undefined}
        <div class="quiet">
          <Name columns={28}>{sample}</Name>
        </div>
      </figcaption>
    </figure>
  );
}

function rightness({ expected, reference, candidate }: Flip): string {
  if (expected === reference.class) return ', lost';
  return expected === candidate.class ? ', gained' : ', wrong both times';
}
