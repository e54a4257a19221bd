import { useMemo } from 'preact/hooks';
import type { TargetHead } from '../../../page-data/page-data.ts';
import { usePart, useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { SuiteLinks } from '../../parts/suite-links.tsx';
import { hashOf, type Location, type Route } from '../../route.ts';
import './compare.css';
import { CompareCommand } from './compare-command.tsx';
import { type Side, type SideName, sameBytesWords, tensorPairs } from './compare-sides.ts';
import { FactsTable } from './facts-table.tsx';
import { PairDetail } from './pair-detail.tsx';
import { PairsTable } from './pairs-table.tsx';
import { SidePicker } from './side-picker.tsx';
import { Suggestions } from './suggestions.tsx';

type CompareRoute = Extract<Route, { view: 'compare' }>;

/** Two targets with each other, not only with the reference. */
export function CompareView({ route }: { readonly route: CompareRoute; readonly location: Location }) {
  const { head } = useReport();
  const index = head.suites.findIndex(({ name }) => name === route.suite);
  const targets = useMemo(() => head.targets.filter(({ suite }) => suite === index), [head, index]);
  const first = useSide(route.reference, targets);
  const second = useSide(route.candidate, targets);
  if (index < 0) {
    return (
      <section class="top">
        <h1>Compare</h1>
        <p>
          This run has no suite <Name>{route.suite}</Name>.{' '}
          <a href={hashOf({ view: 'overview' })}>Go to the overview.</a>
        </p>
      </section>
    );
  }
  return (
    <>
      <section class="top">
        <SuiteLinks current={route.suite} to={(suite) => ({ ...route, suite })} />
        <h1>Two targets with each other</h1>
        <SidePicker route={route} targets={targets} />
        {[route.reference, route.candidate].map((name) =>
          name === undefined || targets.some(({ target }) => target === name) ? undefined : (
            <p key={name} role="status">
              The suite <Name>{route.suite}</Name> has no target <Name>{name}</Name>.
            </p>
          ),
        )}
        {first === undefined || second === undefined ? (
          <Suggestions suite={index} />
        ) : (
          <Pairs route={route} suite={index} first={first} second={second} />
        )}
      </section>
      {first === undefined || second === undefined ? undefined : (
        <FactsTable suite={route.suite} sides={{ first, second }} />
      )}
    </>
  );
}

function useSide(name: string | undefined, targets: readonly TargetHead[]): Side | undefined {
  const { head } = useReport();
  return useMemo(() => {
    const target = targets.find((each) => each.target === name);
    return target && { target, index: head.targets.indexOf(target) };
  }, [head, targets, name]);
}

function Pairs({
  route,
  suite,
  first,
  second,
}: {
  readonly route: CompareRoute;
  readonly suite: number;
  readonly first: Side;
  readonly second: Side;
}) {
  const { head } = useReport();
  const classesPart = usePart(`classes-${suite}`);
  const pairsPart = usePart(`pairs-${suite}`);
  const classes = classesPart.status === 'ready' ? classesPart.data : undefined;
  const compared = pairsPart.status === 'ready' ? pairsPart.data : undefined;
  const sides: Readonly<Record<SideName, Side>> = useMemo(() => ({ first, second }), [first, second]);
  const pairs = useMemo(
    () => tensorPairs(head, sides, classes ?? [], compared ?? []),
    [head, sides, classes, compared],
  );
  if (classesPart.status === 'loading' || pairsPart.status === 'loading') return <p>Reading …</p>;
  const chosen = pairs.find(({ tensor }) => tensor === route.tensor);
  const [only] = pairs.length === 1 ? pairs : [];
  const detail = chosen ?? only;
  return (
    <>
      <p class="lead-fact" role="status">
        {sameBytesWords(pairs)}
      </p>
      {route.tensor === undefined ? undefined : (
        <p class="small">
          <a href={hashOf(withoutTensor(route))}>All tensors of the two</a>
        </p>
      )}
      {detail === undefined ? (
        <>
          {route.tensor === undefined ? undefined : (
            <p>
              Neither of them has a tensor <Name>{route.tensor}</Name>.
            </p>
          )}
          <PairsTable suite={route.suite} sides={sides} pairs={pairs} />
          {pairs.some(({ status }) => status === 'notCompared') ? (
            <CompareCommand sides={sides} />
          ) : undefined}
        </>
      ) : (
        <>
          <h2 class="pair-title">
            <Name>{detail.tensor}</Name>
          </h2>
          <PairDetail suite={route.suite} sides={sides} pair={detail} />
        </>
      )}
    </>
  );
}

function withoutTensor({ tensor: _tensor, ...rest }: CompareRoute): CompareRoute {
  return rest;
}
