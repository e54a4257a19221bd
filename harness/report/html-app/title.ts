import { shortenMiddle } from '../display-width.ts';
import { visible } from '../escape.ts';
import type { Route } from './route.ts';

const NAME_COLUMNS = 40;

/** What a tab, a bookmark and the history call a view; undefined for the overview, which has the page's own title. */
export function titleOf(route: Route): string | undefined {
  const parts = partsOf(route).filter((part) => part !== undefined);
  return parts.length === 0 ? undefined : [...parts, 'fleetdiff'].join(' · ');
}

function partsOf(route: Route): readonly (string | undefined)[] {
  switch (route.view) {
    case 'overview':
      return [];
    case 'target':
      return [nameOf(route.target), nameOf(route.suite)];
    case 'tensor':
      return [nameOf(route.target), tensorOf(route.tensor), nameOf(route.case)];
    case 'classes':
      return ['Classes', tensorOf(route.tensor), nameOf(route.suite)];
    case 'compare':
      return [
        [nameOf(route.reference), nameOf(route.candidate)].filter(Boolean).join(' and ') || 'Compare',
        tensorOf(route.tensor),
      ];
    case 'notes':
      return ['Notes'];
    case 'unknown':
      return ['No such view'];
  }
}

function tensorOf(tensor: string | undefined): string | undefined {
  return tensor === '*' ? 'the target as a whole' : nameOf(tensor);
}

function nameOf(name: string | undefined): string | undefined {
  return name === undefined ? undefined : shortenMiddle(visible(name), NAME_COLUMNS);
}
