import { useReport } from '../data/report.ts';
import { hashOf, type Route } from '../route.ts';
import { Name } from './name.tsx';

/** The same view of the run's other suites; nothing when there is one suite alone. */
export function SuiteLinks({
  current,
  to,
}: {
  readonly current: string;
  readonly to: (suite: string) => Route;
}) {
  const { head } = useReport();
  if (head.suites.length < 2) return null;
  return (
    <nav class="suite-links small" aria-label="Suites">
      {head.suites.map(({ name }) => (
        <a key={name} href={hashOf(to(name))} {...(name === current ? { 'aria-current': 'page' } : {})}>
          <Name columns={44}>{name}</Name>
        </a>
      ))}
    </nav>
  );
}
