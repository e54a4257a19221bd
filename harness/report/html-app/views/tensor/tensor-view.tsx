import type { Location, Route } from '../../route.ts';

export function TensorView({
  route,
  location,
}: {
  readonly route: Extract<Route, { view: 'tensor' }>;
  readonly location: Location;
}) {
  return (
    <section>
      <h1>Tensor</h1>
      <p>{JSON.stringify([location, route])}</p>
    </section>
  );
}
