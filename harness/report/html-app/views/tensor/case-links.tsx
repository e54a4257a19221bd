import { Name } from '../../parts/name.tsx';

/** To the case before and after, in the suite's order. */
export function CaseLinks({
  cases,
  caseName,
  linkOf,
}: {
  readonly cases: readonly string[];
  readonly caseName: string;
  readonly linkOf: (name: string) => string;
}) {
  const at = cases.indexOf(caseName);
  if (at < 0 || cases.length < 2) return null;
  const [previous, next] = [cases[at - 1], cases[at + 1]];
  return (
    <nav aria-label="Cases" class="view-links small">
      <span class="quiet">
        Case {at + 1} of {cases.length}
      </span>
      {previous === undefined ? undefined : (
        <a href={linkOf(previous)}>
          ← <Name columns={32}>{previous}</Name>
        </a>
      )}
      {next === undefined ? undefined : (
        <a href={linkOf(next)}>
          <Name columns={32}>{next}</Name> →
        </a>
      )}
    </nav>
  );
}
