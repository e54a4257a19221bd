import type { Location } from '../../route.ts';

export function OverviewView({ location }: { readonly location: Location }) {
  return (
    <section>
      <h1>Overview</h1>
      <p>{JSON.stringify(location)}</p>
    </section>
  );
}
