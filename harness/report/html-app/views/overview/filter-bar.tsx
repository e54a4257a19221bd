import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { shortenMiddle } from '../../../display-width.ts';
import { visible } from '../../../escape.ts';
import { count } from '../../../format-number.ts';
import { useReport } from '../../data/report.ts';
import type { PassedRun } from '../../filter-run.ts';
import {
  FACETS,
  type Facet,
  type Filters,
  formatFilters,
  isFiltered,
  NO_FILTERS,
  withChosen,
} from '../../filters.ts';
import { Name } from '../../parts/name.tsx';
import { type Location, replaceQuery } from '../../route.ts';
import { FACET_WORDS, facetValues, valueWords } from './facet-values.ts';

/** A link that changes with every key would be more than some browsers bear. */
const PAUSE_MS = 150;
/** Who has a thousand devices looks one up by its name. */
const MOST_OPTIONS = 150;

interface FilterBarProps {
  readonly location: Location;
  readonly filters: Filters;
  readonly passed: PassedRun;
}

/** What of the run the overview shows; kept in the link, so that it can be sent. `/` leads here, Escape empties it. */
export function FilterBar({ location, filters, passed }: FilterBarProps) {
  const { head } = useReport();
  const values = useMemo(() => facetValues(head), [head]);
  const apply = (next: Filters) => replaceQuery(location, formatFilters(location.query, next));
  const choose = (facet: Facet, value: string) =>
    apply(withChosen(filters, facet, [...new Set([...filters.chosen[facet], value])]));
  return (
    <search class="filters">
      <SearchField text={filters.text} onText={(text) => apply({ ...filters, text })} />
      <div class="facets">
        {FACETS.flatMap((facet) => {
          const own = values.get(facet)?.filter((value) => !filters.chosen[facet].includes(value)) ?? [];
          return own.length === 0
            ? []
            : [<FacetSelect key={facet} facet={facet} values={own} onChoose={choose} />];
        })}
      </div>
      <p class="small filter-state">
        <span role="status" class="quiet">
          {passed.targets.length} of {count(head.targets.length, 'target')}, {passed.findings.length} of{' '}
          {count(head.findings.length, 'finding')}
        </span>
        {FACETS.flatMap((facet) =>
          filters.chosen[facet].map((value) => (
            <Chip
              key={`${facet} ${value}`}
              facet={facet}
              value={value}
              onRemove={() =>
                apply(
                  withChosen(
                    filters,
                    facet,
                    filters.chosen[facet].filter((each) => each !== value),
                  ),
                )
              }
            />
          )),
        )}
        {isFiltered(filters) ? (
          <button type="button" class="linklike" onClick={() => apply(NO_FILTERS)}>
            Show everything
          </button>
        ) : undefined}
      </p>
    </search>
  );
}

function SearchField({ text, onText }: { readonly text: string; readonly onText: (text: string) => void }) {
  const field = useRef<HTMLInputElement>(null);
  const [typed, setTyped] = useState(text);
  const pause = useRef<ReturnType<typeof setTimeout>>(undefined);
  // What is written when the pause is over must not bring back filters of before, nor a view that was left.
  const latest = useRef(onText);
  latest.current = onText;
  // A link, or "show everything", has changed it from outside.
  useEffect(() => setTyped(text), [text]);
  useEffect(() => () => clearTimeout(pause.current), []);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof Element && event.target.closest('input, select, textarea') !== null;
      if (event.key !== '/' || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    document.addEventListener('keydown', focus);
    return () => document.removeEventListener('keydown', focus);
  }, []);
  const change = (next: string) => {
    setTyped(next);
    clearTimeout(pause.current);
    pause.current = setTimeout(() => latest.current(next), PAUSE_MS);
  };
  return (
    <label class="search-field">
      <span>Filter</span>
      <input
        ref={field}
        id="filter-text"
        type="search"
        autocomplete="off"
        value={typed}
        placeholder="target, SoC, tensor, cause, reason …"
        aria-keyshortcuts="/"
        onInput={(event) => change(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Escape') change('');
        }}
      />
    </label>
  );
}

function FacetSelect({
  facet,
  values,
  onChoose,
}: {
  readonly facet: Facet;
  readonly values: readonly string[];
  readonly onChoose: (facet: Facet, value: string) => void;
}) {
  return (
    <select
      class="small"
      aria-label={`Only this ${FACET_WORDS[facet].toLowerCase()}`}
      value=""
      onChange={(event) => {
        const { value } = event.currentTarget;
        event.currentTarget.value = '';
        if (value !== '') onChoose(facet, value);
      }}
    >
      <option value="">{FACET_WORDS[facet]}</option>
      {values.slice(0, MOST_OPTIONS).map((value) => (
        <option key={value} value={value}>
          {shortenMiddle(visible(valueWords(facet, value)), 80)}
        </option>
      ))}
      {values.length > MOST_OPTIONS ? (
        <option disabled>and {values.length - MOST_OPTIONS} more: filter by their names</option>
      ) : undefined}
    </select>
  );
}

function Chip({
  facet,
  value,
  onRemove,
}: {
  readonly facet: Facet;
  readonly value: string;
  readonly onRemove: () => void;
}) {
  return (
    <button type="button" class="chip" onClick={onRemove}>
      <span class="quiet">{FACET_WORDS[facet]}</span> <Name columns={32}>{valueWords(facet, value)}</Name>{' '}
      <span aria-hidden="true">×</span>
      <span class="unseen"> remove this filter</span>
    </button>
  );
}
