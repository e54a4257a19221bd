import type { Location, Route } from '../../route.ts';

export function TargetView({
  route,
  location,
}: {
  readonly route: Extract<Route, { view: 'target' }>;
  readonly location: Location;
}) {
  return (
    <section>
      <h1>Target</h1>
      <p>{JSON.stringify([location, route])}</p>
    </section>
  );
}
