import { useMemo } from 'preact/hooks';
import { summariseTensors } from '../../../tensor-summary.ts';
import { useEntry, useReport, useTargetDetail } from '../../data/report.ts';
import { EntryNote } from '../../notes/note-control.tsx';
import { hashOf } from '../../route.ts';
import { explainCommand } from '../target/commands.ts';
import { dataOf } from '../target/data-of.ts';
import { Answers } from './answers.tsx';
import { CaseTable } from './case-table.tsx';
import { ExplainCommands } from './explain-commands.tsx';
import { HistogramCharts } from './histogram-charts.tsx';
import { LeftOut } from './left-out.tsx';
import { MetricsTable } from './metrics-table.tsx';
import { OtherTargets } from './other-targets.tsx';
import { ScatterSection } from './scatter-section.tsx';
import { TensorHeader } from './tensor-header.tsx';
import { TrendSection } from './trend-section.tsx';
import { VerdictTable } from './verdict-table.tsx';
import { WorstTable } from './worst-table.tsx';

interface TensorPageProps {
  readonly index: number;
  readonly entry: number;
  /** Absent: all cases together. */
  readonly caseName?: string;
}

export function TensorPage({ index, entry, caseName }: TensorPageProps) {
  const { head } = useReport();
  const target = head.targets[index]!;
  const read = useEntry(target, index, entry);
  const data = dataOf(read);
  const detail = dataOf(useTargetDetail(index));
  const suite = head.suites[target.suite];
  const { tensor } = head.entries[entry]!;
  const all = data?.comparisons ?? [];
  const comparisons = useMemo(
    () => (caseName === undefined ? all : all.filter((each) => each.case === caseName)),
    [all, caseName],
  );
  const summary = useMemo(() => summariseTensors(comparisons)[0], [comparisons]);
  const output = suite?.outputs.find(({ name }) => name === tensor);
  const verdicts = (data?.verdicts ?? []).filter(
    (verdict) => caseName === undefined || verdict.case === caseName || verdict.case === '*',
  );
  const notable = detail?.openVerdicts[head.sheets[target.sheet]?.indexOf(entry) ?? -1] ?? [];
  const unknownCase = caseName !== undefined && data !== undefined && comparisons.length === 0;
  return (
    <>
      <TensorHeader
        index={index}
        entry={entry}
        caseName={caseName}
        summary={summary}
        comparisons={comparisons}
        cases={all.map((each) => each.case)}
      />
      <EntryNote entry={entry} target={index} />
      {read.status === 'loading' ? (
        <p role="status">Loading the numbers…</p>
      ) : data === undefined ? (
        <LeftOut command={explainCommand(head.folder, notable[0] ?? '')} />
      ) : unknownCase ? (
        <p>
          The suite has no such case here.{' '}
          <a href={hashOf({ view: 'tensor', suite: suite?.name ?? '', target: target.target, tensor })}>
            Go to all cases.
          </a>
        </p>
      ) : (
        <>
          <Answers comparisons={comparisons} summary={summary} suite={target.suite} />
          {verdicts.length === 0 ? undefined : (
            <section>
              <h2>Limits</h2>
              {caseName !== undefined && verdicts.some((verdict) => verdict.case === '*') ? (
                <p class="quiet small">
                  “This case” is what was measured here. Verdict, “Found” and headroom are of what stands
                  below the found value.
                </p>
              ) : undefined}
              <VerdictTable
                verdicts={verdicts}
                label="Metrics beside their limits"
                {...(caseName === undefined ? {} : { ofCase: comparisons[0]! })}
              />
            </section>
          )}
          {caseName === undefined ? (
            <TrendSection target={index} tensor={tensor} verdicts={verdicts} />
          ) : undefined}
          <ScatterSection comparisons={comparisons} />
          <HistogramCharts comparisons={comparisons} />
          {summary === undefined ? undefined : <WorstTable summary={summary} output={output} />}
          {caseName === undefined ? (
            <CaseTable
              comparisons={all}
              verdicts={data.verdicts}
              linkOf={(name) =>
                hashOf({
                  view: 'tensor',
                  suite: suite?.name ?? '',
                  target: target.target,
                  tensor,
                  case: name,
                })
              }
            />
          ) : undefined}
          {summary === undefined ? undefined : <MetricsTable summary={summary} comparisons={comparisons} />}
          <ExplainCommands verdicts={verdicts} />
        </>
      )}
      <OtherTargets index={index} entry={entry} />
    </>
  );
}
