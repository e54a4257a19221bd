import { count } from '../../../format-number.ts';
import type { FindingHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { FindingNote } from '../../notes/note-control.tsx';
import { Name, Prose } from '../../parts/name.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { FindingFlips } from './finding-flips.tsx';
import { FindingRules } from './finding-rules.tsx';
import { TargetLinks } from './target-links.tsx';

interface FindingItemProps {
  readonly finding: FindingHead;
  /** Those of its targets that pass the filters. */
  readonly targets: readonly number[];
}

/** What broke, where, on how many, why, and who says that it matters. */
export function FindingItem({ finding, targets }: FindingItemProps) {
  const { status, headline, changed, firstDivergence, cause, remedy } = finding;
  return (
    <li>
      <div>
        <MarkLabel mark={status} />
      </div>
      <div>
        <h3>
          <Prose>{headline}</Prose>
        </h3>
        <Place finding={finding} targets={targets} />
        <p class="small">
          {count(targets.length, 'target')}
          {targets.length < finding.targets.length ? (
            <span class="quiet"> of {finding.targets.length}, as filtered</span>
          ) : undefined}
          : <TargetLinks targets={targets} />
        </p>
        {changed === undefined || headline.includes(' answers ') ? undefined : (
          <p class="small">
            {changed.answers} of {changed.of} answers {changed.answers === 1 ? 'changes' : 'change'}.
          </p>
        )}
        {firstDivergence === undefined ? undefined : (
          <p class="small">
            <span class="quiet">First divergence:</span> <Prose>{firstDivergence}</Prose>
          </p>
        )}
        {cause === undefined ? undefined : (
          <p class="small">
            <span class="quiet">Likely cause:</span>{' '}
            {cause.name === 'unknown' ? (
              'unknown'
            ) : (
              <>
                <b>
                  <Prose>{cause.title}</Prose>
                </b>
                . <Prose>{cause.remedy}</Prose>
              </>
            )}
          </p>
        )}
        {remedy === undefined ? undefined : (
          <p class="small">
            <span class="quiet">Provide it:</span>{' '}
            <code>
              <Prose>{remedy}</Prose>
            </code>
          </p>
        )}
        {changed === undefined ? undefined : <FindingFlips finding={finding} target={targets[0]} />}
        <FindingRules finding={finding} />
        <FindingNote finding={finding} />
      </div>
    </li>
  );
}

/** "digits-int8 · logits", to the tensor on the first of the targets. */
function Place({ finding, targets }: FindingItemProps) {
  const { head } = useReport();
  const entry = head.entries[finding.entry];
  const target = head.targets[targets[0] ?? finding.targets[0] ?? -1];
  if (entry === undefined || target === undefined) return null;
  const suite = head.suites[entry.suite]?.name ?? '';
  const isWhole = entry.tensor === '*';
  const to = isWhole
    ? ({ view: 'target', suite, target: target.target } as const)
    : ({ view: 'tensor', suite, target: target.target, tensor: entry.tensor } as const);
  return (
    <p class="small">
      <Name columns={48}>{suite}</Name> <span class="quiet">·</span>{' '}
      <a href={hashOf(to)}>{isWhole ? 'target as a whole' : <Name columns={48}>{entry.tensor}</Name>}</a>
    </p>
  );
}
