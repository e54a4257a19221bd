import { formatNumber } from '../../../format-number.ts';
import type { TensorSummary } from '../../../tensor-summary.ts';
import { answersAndTiesWords, elementsWords } from '../../../wording.ts';
import { useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { CompareCommand } from './compare-command.tsx';
import type { Side, SideName, TensorPair } from './compare-sides.ts';
import { MetricTable } from './metric-table.tsx';
import { bytesWords } from './pairs-table.tsx';
import { useOwnSummary, usePairNumbers } from './use-pair-summary.ts';

interface PairDetailProps {
  readonly suite: string;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly pair: TensorPair;
}

/** One tensor: the two with each other, and each with the reference. */
export function PairDetail({ suite, sides, pair }: PairDetailProps) {
  const { head } = useReport();
  const numbers = usePairNumbers(pair, sides);
  const entryOf = ({ target }: Side) =>
    head.sheets[target.sheet]?.find((entry) => head.entries[entry]!.tensor === pair.tensor);
  const first = useOwnSummary(sides.first, entryOf(sides.first));
  const second = useOwnSummary(sides.second, entryOf(sides.second));
  const between = numbers.status === 'ready' ? numbers.data : undefined;
  const words = [elementsWords(between?.summary), answersAndTiesWords(between?.summary)].filter(
    (part) => part !== undefined,
  );
  return (
    <>
      <p>
        {between === undefined
          ? bytesWords(pair, sides, numbers.status === 'loading')
          : `${words.join(' · ')}. `}
        {between === undefined ? undefined : (
          <>
            <Name columns={44}>{sides[between.reference].target.target}</Name>{' '}
            {pair.status === 'againstReference'
              ? "has the reference's own bytes: the numbers are those with the reference."
              : "takes the reference's place, whichever of the two is chosen first: two classes of answers are compared once, as a rule with the one of more targets as the reference."}
          </>
        )}
      </p>
      {pair.status === 'notCompared' ? <CompareCommand sides={sides} /> : undefined}
      <MetricTable
        suite={suite}
        sides={sides}
        tensor={pair.tensor}
        between={between?.summary}
        own={{
          first: first.status === 'ready' ? first.data : undefined,
          second: second.status === 'ready' ? second.data : undefined,
        }}
      />
      {between === undefined ? undefined : (
        <WorstElements summary={between.summary} sides={sides} reference={between.reference} />
      )}
    </>
  );
}

function WorstElements({
  summary,
  sides,
  reference,
}: {
  readonly summary: TensorSummary;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly reference: SideName;
}) {
  if (summary.worstElements.length === 0) return null;
  const candidate: SideName = reference === 'first' ? 'second' : 'first';
  return (
    <>
      <h3>Furthest apart</h3>
      <Scroll label="Elements that are furthest apart">
        <table>
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">Index</th>
              {[reference, candidate].map((side) => (
                <th scope="col" class="number" key={side}>
                  <Name columns={32}>{sides[side].target.target}</Name>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {summary.worstElements.map(({ case: name, index, reference, candidate }) => (
              <tr key={`${name} ${index.join()}`}>
                <td class="unbroken">
                  <Name columns={32}>{name}</Name>
                </td>
                <td class="unbroken">[{index.join(', ')}]</td>
                <td class="number">
                  <Value value={reference} />
                </td>
                <td class="number">
                  <Value value={candidate} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

/** Of a string tensor it is text from a device. */
function Value({ value }: { readonly value: number | string }) {
  return <Name columns={32}>{typeof value === 'number' ? formatNumber(value, 6) : value}</Name>;
}
