import { groupBy } from '../../../../domain/group-by.ts';
import type { PlacedNode } from '../../../../domain/run-files.ts';
import { count } from '../../../format-number.ts';
import type { TargetDetail, TargetHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { Fact } from './facts.tsx';

/** Operator types named before the rest is counted. */
const MOST_OPERATORS = 12;
const MOST_FUSIONS = 100;

/** Who ran what: a delegate that was asked for is a wish. */
export function PlacementSection({
  target,
  placement,
  elsewhere = [],
}: {
  readonly target: TargetHead;
  readonly placement: TargetDetail['placement'];
  readonly elsewhere: TargetDetail['elsewhere'];
}) {
  if (placement === undefined) return null;
  const providers = Object.entries(placement.providers);
  const nodes = providers.reduce((sum, [, n]) => sum + n, 0);
  return (
    <section>
      <h2>Where the nodes ran</h2>
      {placement.status === 'unknown' || nodes === 0 ? (
        <p>
          {placement.status === 'unknown'
            ? 'The runtime gave no profile: where the nodes ran is not known'
            : 'The profile names no node'}{' '}
          (asked for <Name columns={40}>{placement.requested}</Name>).
        </p>
      ) : (
        <>
          <dl class="facts">
            <Fact name="Asked for">
              <Name columns={40}>{placement.requested}</Name>
            </Fact>
            <Fact name="Ran on">
              {providers.map(([provider, n]) => (
                <div key={provider}>
                  <b>
                    {n} of {count(nodes, 'node')}
                  </b>{' '}
                  on <Name columns={40}>{provider}</Name>
                </div>
              ))}
            </Fact>
            <Fact name="Partitions">
              {placement.partitions} <span class="quiet">(runs of consecutive nodes of one provider)</span>
            </Fact>
            <Fact name="Elsewhere than asked">
              {placement.fallbacks === 0 ? 'no node' : <b>{count(Number(placement.fallbacks), 'node')}</b>}
            </Fact>
            <Fact name="Operators">
              <Operators operators={placement.operators} />
            </Fact>
          </dl>
          <Elsewhere nodes={elsewhere} all={Number(placement.fallbacks)} />
        </>
      )}
      <Fusions target={target} />
      <p class="small quiet">From the runtime's own profile, which names nodes as the runtime made them.</p>
    </section>
  );
}

function Operators({ operators }: { readonly operators: Readonly<Record<string, number>> }) {
  const types = Object.entries(operators).sort(([, left], [, right]) => right - left);
  const rest = types.length - MOST_OPERATORS;
  return (
    <>
      {types.slice(0, MOST_OPERATORS).map(([type, n], at) => (
        <>
          {at > 0 ? ', ' : ''}
          <Name columns={40}>{type}</Name> {n}
        </>
      ))}
      {rest > 0 ? `, ${rest} more types` : ''}
    </>
  );
}

function Elsewhere({ nodes, all }: { readonly nodes: readonly PlacedNode[]; readonly all: number }) {
  if (nodes.length === 0) return null;
  return (
    <details class="more">
      <summary>Nodes that ran elsewhere than asked</summary>
      {[...groupBy(nodes, ({ provider }) => provider)].map(([provider, own]) => (
        <p key={provider} class="small node-names">
          On <Name columns={40}>{provider}</Name>:{' '}
          {own.map(({ name, opType }, at) => (
            <>
              {at > 0 ? ', ' : ''}
              <Name columns={32}>{opType}</Name>{' '}
              <span class="quiet">
                <Name columns={44}>{name}</Name>
              </span>
            </>
          ))}
        </p>
      ))}
      {all > nodes.length ? (
        <p class="quiet small">{all - nodes.length} more are in the capture's file.</p>
      ) : undefined}
    </details>
  );
}

/** Operators that the runtime made on some targets only, and whether on this one. */
function Fusions({ target: { target, suite: index } }: { readonly target: TargetHead }) {
  const suite = useReport().head.suites[index];
  if (suite?.fusionsUnknown !== undefined)
    return (
      <p class="small">
        Which fusions fired on some targets only is not known: <Prose>{suite.fusionsUnknown}</Prose>
      </p>
    );
  const own = (suite?.fusions ?? []).filter(
    ({ fired, notFired }) => fired.includes(target) || notFired.includes(target),
  );
  if (own.length === 0) return null;
  const here = own.filter(({ fired }) => fired.includes(target)).length;
  return (
    <details class="more">
      <summary>
        Of {count(own.length, 'fusion')} that fired on some targets only, {here} fired here
      </summary>
      <Scroll label="Fusions on this target">
        <table>
          <thead>
            <tr>
              <th scope="col">Operator</th>
              <th scope="col">Here</th>
              <th scope="col">Nodes of the model</th>
              <th scope="col" class="number">
                Targets with it
              </th>
            </tr>
          </thead>
          <tbody>
            {own.slice(0, MOST_FUSIONS).map(({ operator, nodes, fired, notFired }) => (
              <tr key={JSON.stringify([operator, fired])}>
                <th scope="row">
                  <Name columns={40}>{operator}</Name>
                </th>
                <td>{fired.includes(target) ? 'fired' : <b>did not fire</b>}</td>
                <td>
                  {nodes.length === 0 ? (
                    <span class="quiet">its name leads to none</span>
                  ) : (
                    <Name columns={80}>{nodes.slice(0, 12).join(', ')}</Name>
                  )}
                  {nodes.length > 12 ? ` and ${nodes.length - 12} more` : ''}
                </td>
                <td class="number">
                  {fired.length} of {fired.length + notFired.length}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </details>
  );
}
