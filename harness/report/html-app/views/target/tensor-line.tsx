import type { Verdict } from '../../../../domain/run-files.ts';
import { formatHeadroom } from '../../../format-number.ts';
import type { TargetHead, TrendLines } from '../../../page-data/page-data.ts';
import { limitWords, proseText } from '../../../wording.ts';
import { useEntry, useReport } from '../../data/report.ts';
import { Name, titleText } from '../../parts/name.tsx';
import { MarkIcon } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { HeadroomBar } from '../tensor/headroom-bar.tsx';
import { trendPoints } from '../tensor/trend-points.ts';
import { dataOf } from './data-of.ts';
import { nearestVerdict } from './nearest-verdict.ts';
import { Spark } from './spark.tsx';
import { bytesWords, type TensorRow } from './tensor-rows.ts';
import { lineOfTensor, sparkWords, stillWords } from './tensor-trend.ts';

/** One output; its numbers come when its part of the page has been read. */
export function TensorLine({
  row,
  target,
  index,
  trends,
}: {
  readonly row: TensorRow;
  readonly target: TargetHead;
  readonly index: number;
  /** Absent: no history keeps the run, or only this one. */
  readonly trends: TrendLines | undefined;
}) {
  const planned = useReport().head.suites[target.suite];
  const suite = planned?.name ?? '';
  const data = dataOf(useEntry(target, index, row.id));
  const verdict = nearestVerdict(data?.verdicts ?? []);
  const gap = data?.comparisons.find((each) => each.status === 'notComparable');
  return (
    <tr>
      <td>
        <MarkIcon mark={row.mark} />
      </td>
      <th scope="row">
        <a href={hashOf({ view: 'tensor', suite, target: target.target, tensor: row.tensor })}>
          <Name columns={44}>{row.tensor}</Name>
        </a>
      </th>
      <td class="type">
        {row.dtype} <span class="quiet">{row.shape}</span>
      </td>
      <td class="number">
        {verdict === undefined ? (
          <span class="quiet">{data === undefined ? nearestWords(row) : 'no limit with a number'}</span>
        ) : (
          <span class="nearest">{limitWords(verdict)}</span>
        )}
      </td>
      <td>{verdict === undefined ? undefined : <Headroom verdict={verdict} />}</td>
      <td>
        {gap?.status === 'notComparable' ? (
          proseText(gap.reason)
        ) : row.identical ? (
          <span class="quiet">identical</span>
        ) : target.role === 'reference' ? undefined : (
          bytesWords(row, planned?.cases ?? 0)
        )}
      </td>
      <td>
        {row.class === '' ? (
          <span class="quiet">–</span>
        ) : (
          <a href={hashOf({ view: 'classes', suite, tensor: row.tensor })}>
            <Name columns={12}>{row.class}</Name>
          </a>
        )}
      </td>
      {trends === undefined ? undefined : (
        <td>
          <LastRuns trends={trends} row={row} index={index} />
        </td>
      )}
    </tr>
  );
}

function LastRuns({
  trends,
  row,
  index,
}: {
  readonly trends: TrendLines;
  readonly row: TensorRow;
  readonly index: number;
}) {
  const line = lineOfTensor(trends, index, row);
  if (line === undefined)
    return <span class="quiet">{(row.compared === 0 ? undefined : stillWords(trends)) ?? '–'}</span>;
  const points = trendPoints(trends, line);
  const words = sparkWords(titleText(line.metric), points);
  return (
    <span class="last-runs" title={words}>
      <Spark points={points} label={words} />
      <span class="small quiet code">
        <Name columns={20}>{line.metric}</Name>
      </span>
    </span>
  );
}

function Headroom({ verdict }: { readonly verdict: Verdict }) {
  const { metric, actual, limit, operator } = verdict;
  return (
    <span class="headroom">
      <HeadroomBar verdict={verdict} />
      {formatHeadroom(metric, actual, limit, operator)}
    </span>
  );
}

/** Until the numbers are there, and where they were left out. */
function nearestWords({ metric, overrun: over }: TensorRow): string {
  if (metric === '') return 'no limit';
  return `${metric}, ${over > 0 ? 'over' : 'within'} its limit`;
}
