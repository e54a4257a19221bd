import type { Device } from './device.ts';
import { targetName } from './device.ts';

/** One of `count` parts of a plan; `index` from 1. */
export interface Shard {
  readonly index: number;
  readonly count: number;
}

/**
 * The targets that a shard captures: every `count`-th device with all its delegates, so that no two shards need one device.
 * The same plan is always cut the same way.
 */
export function shardTargets(devices: readonly Device[], { index, count }: Shard): ReadonlySet<string> {
  const own = devices.filter((_, position) => position % count === index - 1);
  return new Set(own.flatMap(({ name, delegates }) => delegates.map((each) => targetName(name, each.name))));
}
