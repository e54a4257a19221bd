import { useState } from 'preact/hooks';
import { usePart, useReport } from '../../data/report.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { hashOf } from '../../route.ts';
import { trendPoints, trendWords } from '../tensor/trend-points.ts';
import { dataOf } from './data-of.ts';
import { Spark } from './spark.tsx';

const PAGE = 20;

/** What moved on a target over the last runs, a line a metric; nothing where nothing did. @param target index in `head.targets` */
export function TrendTable({ target }: { readonly target: number }) {
  const { head } = useReport();
  const trends = dataOf(usePart('trends'));
  const [shown, setShown] = useState(PAGE);
  const lines = trends?.lines.filter((each) => each.target === target) ?? [];
  if (trends === undefined || lines.length === 0) return null;
  const { suite, target: name } = head.targets[target]!;
  const linkOf = (tensor: string) =>
    hashOf({ view: 'tensor', suite: head.suites[suite]?.name ?? '', target: name, tensor });
  return (
    <section>
      <h2>Moved in the last runs</h2>
      <Scroll label="Metrics that moved over the last runs">
        <table>
          <thead>
            <tr>
              <th scope="col">Output</th>
              <th scope="col">Metric</th>
              <th scope="col">Line</th>
              <th scope="col">First and last</th>
            </tr>
          </thead>
          <tbody>
            {lines.slice(0, shown).map((line) => {
              const points = trendPoints(trends, line);
              return (
                <tr key={`${line.tensor} ${line.metric}`}>
                  <th scope="row">
                    <a href={linkOf(line.tensor)}>
                      <Name columns={40}>{line.tensor}</Name>
                    </a>
                  </th>
                  <td class="code">
                    <Name columns={28}>{line.metric}</Name>
                  </td>
                  <td>
                    <Spark points={points} />
                  </td>
                  <td>{trendWords(points)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
      <MoreButton shown={shown} of={lines.length} page={PAGE} onMore={setShown} />
    </section>
  );
}
