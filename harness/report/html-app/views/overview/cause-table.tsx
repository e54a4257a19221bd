import { formatNumber } from '../../../format-number.ts';
import type { CauseHead, ChangeHead, MovedHead } from '../../../page-data/page-data.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';

/** What changed where targets moved, the best split first. */
export function CauseTable({ causes, weaker }: Pick<MovedHead, 'causes' | 'weaker'>) {
  if (causes.length === 0) return null;
  const untold = causes.some(({ phi }) => phi === undefined);
  return (
    <>
      <Scroll label="What changed where targets moved">
        <table class="causes">
          <thead>
            <tr>
              <th scope="col">What changed</th>
              <th scope="col">From</th>
              <th scope="col">To</th>
              <th scope="col" class="number">
                Of those that moved
              </th>
              <th scope="col" class="number">
                Of those that did not
              </th>
              <th scope="col" class="number">
                φ
              </th>
            </tr>
          </thead>
          {causes.map((cause) => (
            <CauseRows key={cause.changes.map(({ what }) => what).join()} cause={cause} />
          ))}
        </table>
      </Scroll>
      <p class="small quiet">
        φ is 1 where it changed on every target that moved and on no other.
        {untold
          ? ' It has none where no target is left to tell: it changed everywhere, or everything moved.'
          : ''}
        {weaker > 0 ? ` ${weaker} weaker splits are not shown.` : ''}
      </p>
    </>
  );
}

function CauseRows({ cause: { changes, moved, unmoved, phi } }: { readonly cause: CauseHead }) {
  const together = changes.length > 1;
  const shared = (text: string) => (
    <td class="number" rowSpan={changes.length}>
      {text}
    </td>
  );
  return (
    <tbody>
      {changes.map((change, place) => (
        <tr key={change.what}>
          <th scope="row">
            <Name columns={40}>{change.what}</Name>
            {together && place === 0 ? (
              <div class="small quiet">
                together with the next{changes.length > 2 ? ` ${changes.length - 1}` : ''}: no target tells
                them apart
              </div>
            ) : undefined}
          </th>
          <Step {...change} />
          {place > 0 ? undefined : (
            <>
              {shared(`${moved.changed} of ${moved.of}`)}
              {shared(unmoved.of === 0 ? '–' : `${unmoved.changed} of ${unmoved.of}`)}
              {shared(phi === undefined ? '–' : formatNumber(phi, 2))}
            </>
          )}
        </tr>
      ))}
    </tbody>
  );
}

function Step({ step }: Pick<ChangeHead, 'step'>) {
  if (step === undefined)
    return (
      <td colSpan={2} class="quiet">
        each in its own way
      </td>
    );
  return (
    <>
      <td class="code">
        <Name columns={40}>{step.from}</Name>
      </td>
      <td class="code">
        <Name columns={40}>{step.to}</Name>
      </td>
    </>
  );
}
