import { useMemo } from 'preact/hooks';
import { count } from '../../../format-number.ts';
import { useTargetDetails } from '../../data/use-target-details.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import type { Side, SideName } from './compare-sides.ts';
import { type Fact, factsOf } from './facts.ts';

/** What each of them says against the reference, and what they have not in common. */
export function FactsTable({
  suite,
  sides,
}: {
  readonly suite: string;
  readonly sides: Readonly<Record<SideName, Side>>;
}) {
  const indices = useMemo(() => [sides.first.index, sides.second.index], [sides]);
  const details = useTargetDetails(indices);
  const facts = factsOf(
    { target: sides.first.target, detail: details?.[0] },
    { target: sides.second.target, detail: details?.[1] },
  );
  const differing = facts.filter(({ first, second }) => first !== second);
  const same = facts.filter(({ first, second }) => first === second);
  return (
    <section>
      <h2>Side by side</h2>
      <Scroll label="Side by side">
        <table class="facts-table">
          <thead>
            <tr>
              <td />
              {(['first', 'second'] as const).map((side) => (
                <th scope="col" key={side}>
                  <a
                    class="target-name"
                    href={hashOf({ view: 'target', suite, target: sides[side].target.target })}
                  >
                    <Name columns={44}>{sides[side].target.target}</Name>
                  </a>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <Verdicts sides={sides} />
            {differing.map((fact) => (
              <FactRow key={fact.name} fact={fact} />
            ))}
          </tbody>
        </table>
      </Scroll>
      {same.length === 0 ? undefined : (
        <details class="more">
          <summary>{count(same.length, 'fact')} that they have in common</summary>
          <dl class="facts">
            {same.map(({ name, first }) => (
              <FactLine key={name} name={name} value={first ?? ''} />
            ))}
          </dl>
        </details>
      )}
    </section>
  );
}

function Verdicts({ sides }: { readonly sides: Readonly<Record<SideName, Side>> }) {
  const targets = [sides.first.target, sides.second.target] as const;
  return (
    <>
      <tr>
        <th scope="row">With the reference</th>
        {targets.map((target) => (
          <td key={target.target}>
            <MarkLabel mark={target.role === 'reference' ? 'REFERENCE' : (target.status ?? 'NOT_JUDGED')} />
            {target.headline === undefined ? undefined : (
              <div>
                <Prose>{target.headline}</Prose>
              </div>
            )}
          </td>
        ))}
      </tr>
      {targets.some(({ cause }) => cause !== undefined) ? (
        <tr>
          <th scope="row">Likely cause</th>
          {targets.map(({ target, cause }) => (
            <td key={target}>{cause === undefined ? '–' : <Prose>{cause.title}</Prose>}</td>
          ))}
        </tr>
      ) : undefined}
      {targets.some(({ capture }) => capture !== 'captured') ? (
        <tr>
          <th scope="row">Capture</th>
          {targets.map(({ target, capture }) => (
            <td key={target}>{capture}</td>
          ))}
        </tr>
      ) : undefined}
    </>
  );
}

function FactRow({ fact: { name, first, second } }: { readonly fact: Fact }) {
  return (
    <tr>
      <th scope="row">
        <Name columns={44}>{name}</Name>
      </th>
      <td>{first === undefined ? '–' : <Prose>{first}</Prose>}</td>
      <td>{second === undefined ? '–' : <Prose>{second}</Prose>}</td>
    </tr>
  );
}

function FactLine({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <>
      <dt>
        <Name columns={44}>{name}</Name>
      </dt>
      <dd>
        <Prose>{value}</Prose>
      </dd>
    </>
  );
}
