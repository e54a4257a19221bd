import type { TargetName } from './device.ts';
import type { Fusion } from './fusions.ts';
import { fallbackNodes } from './placement.ts';
import { type JsonNumber, type Placement, toJsonNumber } from './run-files.ts';

/** Where the nodes of one suite ran on one target, counted. */
export interface PlacementSummary {
  readonly requested: string;
  readonly status: Placement['status'];
  /** Nodes by the provider's name in the profile. */
  readonly providers: Readonly<Record<string, number>>;
  /** Runs of consecutive nodes of one provider, in the profile's order. */
  readonly partitions: number;
  /** Nodes that ran elsewhere than asked; NaN when nobody attested where they ran. */
  readonly fallbacks: JsonNumber;
  /** Nodes by operator. */
  readonly operators: Readonly<Record<string, number>>;
}

/** placement.json: per suite where each target's nodes ran, and which fusions fired on some targets only. */
export interface Placements {
  readonly schemaVersion: 1;
  readonly kind: 'placement';
  readonly suites: readonly {
    readonly suite: string;
    /** Candidates and references that were captured. */
    readonly targets: readonly (PlacementSummary & { readonly target: TargetName })[];
    /** Among candidates. A reference is often asked not to fuse. */
    readonly fusions: readonly Fusion[];
    /** Why `fusions` is empty although placements differ. */
    readonly fusionsUnknown?: string;
  }[];
}

export function summarizePlacement(placement: Placement): PlacementSummary {
  const { requested, status, nodes } = placement;
  return {
    requested,
    status,
    providers: countOf(nodes.map(({ provider }) => provider)),
    partitions: nodes.filter(({ provider }, index) => provider !== nodes[index - 1]?.provider).length,
    fallbacks: toJsonNumber(fallbackNodes(placement)),
    operators: countOf(nodes.map(({ opType }) => opType)),
  };
}

/** Names come from devices: a map, so that `__proto__` is a name like any other. */
function countOf(names: readonly string[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return Object.fromEntries(counts);
}
