import { useState } from 'preact/hooks';
import { useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { hashOf, type Route } from '../../route.ts';

const FIRST = 12;
const MORE = 200;

/** Targets by name, each with its SoC and a link. */
export function Members({
  suite,
  targets,
  tensor,
}: {
  readonly suite: string;
  /** Indices in `head.targets`. */
  readonly targets: readonly number[];
  /** Present: the links lead to this tensor of the target. */
  readonly tensor?: string;
}) {
  const { head } = useReport();
  const [shown, setShown] = useState(FIRST);
  const rest = targets.length - shown;
  return (
    <>
      <ul class="members">
        {targets.slice(0, shown).map((index) => {
          const { target, soc } = head.targets[index]!;
          const to: Route =
            tensor === undefined
              ? { view: 'target', suite, target }
              : { view: 'tensor', suite, target, tensor };
          return (
            <li key={index}>
              <a class="target-name" href={hashOf(to)}>
                <Name columns={44}>{target}</Name>
              </a>{' '}
              <span class="quiet small">
                <Name columns={28}>{soc}</Name>
              </span>
            </li>
          );
        })}
      </ul>
      {rest > 0 ? (
        <button type="button" class="small" onClick={() => setShown(shown + MORE)}>
          and {rest} more
        </button>
      ) : undefined}
    </>
  );
}
