import { useState } from 'preact/hooks';
import { formatMetric } from '../../../format-number.ts';
import { answersWords, elementsWords } from '../../../wording.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { hashOf } from '../../route.ts';
import type { Side, SideName, TensorPair } from './compare-sides.ts';
import { usePairNumbers } from './use-pair-summary.ts';

const PAGE = 50;
/** Read at a glance; the tensor's own view has them all. */
const SHOWN = ['max_abs', 'max_steps', 'max_ulp', 'sqnr_db', 'cosine'] as const;

/** Tensor by tensor, those that differ first. */
export function PairsTable({
  suite,
  sides,
  pairs,
}: {
  readonly suite: string;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly pairs: readonly TensorPair[];
}) {
  const [shown, setShown] = useState(PAGE);
  return (
    <>
      <Scroll label="Tensor by tensor">
        <table>
          <thead>
            <tr>
              <th scope="col">Tensor</th>
              <th scope="col">Bytes</th>
              {SHOWN.map((metric) => (
                <th scope="col" class="number" key={metric}>
                  {metric}
                </th>
              ))}
              <th scope="col">In the reference's place</th>
            </tr>
          </thead>
          <tbody>
            {pairs.slice(0, shown).map((pair) => (
              <PairRow key={pair.tensor} suite={suite} sides={sides} pair={pair} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {pairs.length > shown ? (
        <button type="button" class="small" onClick={() => setShown(shown + PAGE)}>
          Show {Math.min(PAGE, pairs.length - shown)} more of {pairs.length - shown}
        </button>
      ) : undefined}
    </>
  );
}

function PairRow({
  suite,
  sides,
  pair,
}: {
  readonly suite: string;
  readonly sides: Readonly<Record<SideName, Side>>;
  readonly pair: TensorPair;
}) {
  const numbers = usePairNumbers(pair, sides);
  const [reference, candidate] = [sides.first.target.target, sides.second.target.target];
  const found = numbers.status === 'ready' ? numbers.data : undefined;
  const values = new Map(found?.summary.metrics.map(({ metric, value }) => [metric, value]));
  return (
    <tr>
      <th scope="row">
        <a href={hashOf({ view: 'compare', suite, reference, candidate, tensor: pair.tensor })}>
          <Name columns={44}>{pair.tensor}</Name>
        </a>
      </th>
      <td>
        {found === undefined
          ? bytesWords(pair, sides, numbers.status === 'loading')
          : [elementsWords(found.summary), answersWords(found.summary)]
              .filter((words) => words !== undefined)
              .join(' · ')}
      </td>
      {SHOWN.map((metric) => {
        const value = values.get(metric);
        return (
          <td class="number" key={metric}>
            {value === undefined ? '' : formatMetric(metric, value)}
          </td>
        );
      })}
      <td>{found === undefined ? '' : <Name columns={32}>{sides[found.reference].target.target}</Name>}</td>
    </tr>
  );
}

/** What is said where there are no numbers. */
export function bytesWords(
  pair: TensorPair,
  sides: Readonly<Record<SideName, Side>>,
  loading: boolean,
): string {
  switch (pair.status) {
    case 'same':
      return 'the same bytes';
    case 'noAnswer':
      return `no answer of ${pair.of.map((side) => sides[side].target.target).join(' and ')}`;
    case 'notCompared':
      return 'other bytes; not compared with each other in this run';
    default:
      return loading ? 'other bytes; reading …' : 'other bytes; the numbers are left out of this file';
  }
}
