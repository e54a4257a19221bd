import { metricDefinition } from '../../../../domain/metrics.ts';
import type { ClassHead } from '../../../page-data/page-data.ts';
import { summariseTensors } from '../../../tensor-summary.ts';
import { answersAndTiesWords, elementsWords, limitWords } from '../../../wording.ts';
import { useEntry, useReport } from '../../data/report.ts';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { nearestVerdict } from '../target/nearest-verdict.ts';
import { ClassList } from './class-list.tsx';

/** The classes of one tensor, each with how it differs from the reference. */
export function TensorClassesList({
  suite,
  tensor,
  classes,
}: {
  readonly suite: string;
  readonly tensor: string;
  readonly classes: readonly ClassHead[];
}) {
  return (
    <ClassList
      suite={suite}
      tensor={tensor}
      classes={classes}
      note={(own) => <ClassWords suite={suite} tensor={tensor} own={own} />}
    />
  );
}

/** What the first of its targets says: the bytes are those of all, the budgets may not be. */
function ClassWords({
  suite,
  tensor,
  own,
}: {
  readonly suite: string;
  readonly tensor: string;
  readonly own: ClassHead;
}) {
  const report = useReport();
  const { head } = report;
  const [first = 0] = own.targets;
  const target = head.targets[first]!;
  const id = head.sheets[target.sheet]?.find((entry) => head.entries[entry]!.tensor === tensor);
  const entry = useEntry(target, first, id);
  const status = id === undefined ? undefined : head.entries[id]!.status;
  if (target.role === 'reference') return <p class="small quiet">The reference itself.</p>;
  if (entry.status === 'loading') return <p class="small quiet">Reading …</p>;
  const [summary] = summariseTensors(entry.data?.comparisons ?? []);
  const nearest = nearestVerdict(
    (entry.data?.verdicts ?? []).filter(({ metric }) => metricDefinition(metric)?.scope === 'element'),
  );
  const words = [
    elementsWords(summary),
    summary && summary.identicalCases < summary.cases ? answersAndTiesWords(summary) : undefined,
    nearest === undefined || own.reference ? undefined : limitWords(nearest),
  ].filter((part) => part !== undefined);
  return (
    <p class="class-words">
      {status === undefined ? undefined : <MarkLabel mark={status} />}
      <span>
        {entry.data === undefined
          ? 'left out of this file; its numbers are in divergence.csv'
          : words.join(' · ')}
      </span>
      {own.reference ? undefined : (
        <a
          class="small"
          href={hashOf({ view: 'tensor', suite, target: target.target, tensor })}
          aria-label={`Numbers of class ${own.id}`}
        >
          numbers
        </a>
      )}
    </p>
  );
}
