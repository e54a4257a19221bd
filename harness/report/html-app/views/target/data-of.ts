import type { Loaded } from '../../data/report.ts';

/** What has been read; undefined while it loads, and where the page does not hold it. */
export function dataOf<Data>(loaded: Loaded<Data>): Data | undefined {
  return loaded.status === 'ready' ? loaded.data : undefined;
}
