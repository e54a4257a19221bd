import type { Location } from '../../route.ts';

export function NotesView({ location }: { readonly location: Location }) {
  return (
    <section>
      <h1>Notes</h1>
      <p>{JSON.stringify(location)}</p>
    </section>
  );
}
