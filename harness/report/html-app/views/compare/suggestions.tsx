import { count } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import { ClassLetter } from '../../parts/class-letter.tsx';
import { Name } from '../../parts/name.tsx';
import { hashOf } from '../../route.ts';

const MOST = 8;

/** Before two are chosen: the largest class with each other one, for within a class there is nothing to see. */
export function Suggestions({ suite: index }: { readonly suite: number }) {
  const { head } = useReport();
  const suite = head.suites[index]!;
  const [largest, ...others] = suite.classes;
  const first = head.targets[largest?.targets[0] ?? -1];
  if (first === undefined || others.length === 0) {
    return <p>Choose two targets.{largest === undefined ? '' : ' All that answered gave the same bytes.'}</p>;
  }
  return (
    <>
      <p>
        Choose two targets, or compare <Name columns={44}>{first.target}</Name>, one of{' '}
        {count(largest!.targets.length, 'target')} that agree bit for bit, with one of another class:
      </p>
      <ul class="suggestions">
        {others.slice(0, MOST).map((own, position) => {
          const { target } = head.targets[own.targets[0]!]!;
          return (
            <li key={own.id}>
              <ClassLetter id={own.id} reference={own.reference} index={position + 1} />{' '}
              <a
                class="target-name"
                href={hashOf({
                  view: 'compare',
                  suite: suite.name,
                  reference: first.target,
                  candidate: target,
                })}
              >
                <Name columns={44}>{target}</Name>
              </a>{' '}
              <span class="quiet small">
                {own.targets.length > 1 ? `and ${count(own.targets.length - 1, 'other')} like it` : ''}
              </span>
            </li>
          );
        })}
      </ul>
    </>
  );
}
