import { useReport } from '../../data/report.ts';
import { Name } from '../../parts/name.tsx';
import { hashOf, type Location, type Route } from '../../route.ts';
import './target.css';
import { TargetPage } from './target-page.tsx';

/** One suite on one target: what came out, where and why it differs, where it ran. */
export function TargetView({
  route: { suite, target },
}: {
  readonly route: Extract<Route, { view: 'target' }>;
  readonly location: Location;
}) {
  const index = useReport().targetIndex(suite, target);
  if (index === undefined) return <NoSuchTarget suite={suite} target={target} />;
  return <TargetPage key={index} index={index} />;
}

export function NoSuchTarget({ suite, target }: { readonly suite: string; readonly target: string }) {
  return (
    <section>
      <h1>No such target</h1>
      <p>
        This run has no target <Name>{target}</Name> of suite <Name>{suite}</Name>.{' '}
        <a href={hashOf({ view: 'overview' })}>Go to the overview.</a>
      </p>
    </section>
  );
}
