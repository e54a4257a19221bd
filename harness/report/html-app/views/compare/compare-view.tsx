import type { Location, Route } from '../../route.ts';

export function CompareView({
  route,
  location,
}: {
  readonly route: Extract<Route, { view: 'compare' }>;
  readonly location: Location;
}) {
  return (
    <section>
      <h1>Compare</h1>
      <p>{JSON.stringify([location, route])}</p>
    </section>
  );
}
