import { useState } from 'preact/hooks';
import { useReport } from '../../data/report.ts';
import { Name, titleText } from '../../parts/name.tsx';
import { hashOf } from '../../route.ts';

/** Names shown at first, and with each further step. */
const FEW = 5;
const MANY = 200;

/** The first few by name, the others when asked for. @param targets indices in `head.targets` */
export function TargetLinks({ targets }: { readonly targets: readonly number[] }) {
  const { head } = useReport();
  // One more than a few costs less room than the words "and 1 more".
  const [shown, setShown] = useState(targets.length === FEW + 1 ? FEW + 1 : FEW);
  const left = targets.length - shown;
  return (
    <span class="target-links">
      {targets.slice(0, shown).map((index) => {
        const { suite, target, soc } = head.targets[index]!;
        const to = { view: 'target', suite: head.suites[suite]?.name ?? '', target } as const;
        return (
          <a
            key={index}
            class="target-name"
            href={hashOf(to)}
            title={`${titleText(target)}, ${titleText(soc)}`}
          >
            <Name columns={40}>{target}</Name>
          </a>
        );
      })}
      {left > 0 ? (
        <button type="button" class="linklike" onClick={() => setShown(shown + MANY)}>
          and {left} more
        </button>
      ) : undefined}
    </span>
  );
}
