import type { Location } from '../../route.ts';

export function Ledger(_props: { readonly targets: readonly number[]; readonly location: Location }) {
  return <section />;
}
