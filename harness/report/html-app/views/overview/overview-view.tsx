import { useMemo } from 'preact/hooks';
import { useReport } from '../../data/report.ts';
import { filterRun } from '../../filter-run.ts';
import { parseFilters } from '../../filters.ts';
import type { Location } from '../../route.ts';
import { FilterBar } from './filter-bar.tsx';
import { FindingsList } from './findings-list.tsx';
import { Ledger } from './ledger.tsx';
import { FleetMatrix } from './matrix/fleet-matrix.tsx';
import { MovedSection } from './moved-section.tsx';
import './overview.css';
import { VerdictSection } from './verdict-section.tsx';

/** The first screen: may it ship, and if not, what broke where. */
export function OverviewView({ location }: { readonly location: Location }) {
  const { head } = useReport();
  // The query is a new object after every step, though its words may be the same.
  const words = location.query.toString();
  const filters = useMemo(() => parseFilters(new URLSearchParams(words)), [words]);
  const filtersKey = JSON.stringify(filters);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the filters by their words
  const passed = useMemo(() => filterRun(head, filters), [head, filtersKey]);
  return (
    <div class="overview">
      <VerdictSection />
      <MovedSection />
      <FilterBar location={location} filters={filters} passed={passed} />
      <FindingsList key={`findings ${filtersKey}`} passed={passed.findings} />
      <FleetMatrix targets={passed.targets} location={location} />
      <Ledger key={`ledger ${filtersKey}`} targets={passed.targets} />
    </div>
  );
}
