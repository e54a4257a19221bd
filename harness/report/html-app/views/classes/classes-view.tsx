import type { Location, Route } from '../../route.ts';

export function ClassesView({
  route,
  location,
}: {
  readonly route: Extract<Route, { view: 'classes' }>;
  readonly location: Location;
}) {
  return (
    <section>
      <h1>Classes</h1>
      <p>{JSON.stringify([location, route])}</p>
    </section>
  );
}
