import type { Limit, Matcher } from '../../../domain/budgets.ts';
import type { Status } from '../../../domain/run-files.ts';
import type { FindingHead, PageHead } from '../../page-data/page-data.ts';

/** What a reviewer says about one finding. */
export interface Note {
  readonly suite: string;
  /** `*`: the target as a whole. */
  readonly tensor: string;
  /** All that had the finding when the note was written. */
  readonly targets: readonly string[];
  /** The finding's own words at that time. */
  readonly status: Status;
  readonly headline: string;
  readonly seen: boolean;
  /** Empty: none. */
  readonly comment: string;
  readonly accepted?: Acceptance;
  /** ISO 8601, UTC. */
  readonly changedAt: string;
}

/** What waivers are made of: one for each matcher, which have the rest in common. */
export interface Acceptance {
  readonly matches: readonly Matcher[];
  readonly metrics: readonly string[];
  readonly limits: Readonly<Record<string, NonNullable<Limit['fail']>>>;
  readonly reason: string;
  readonly owner: string;
  /** YYYY-MM-DD */
  readonly expires: string;
}

/** The same finding has the same key however the page that shows it was rendered. */
export function noteKey({ suite, tensor, targets }: Pick<Note, 'suite' | 'tensor' | 'targets'>): string {
  return JSON.stringify([suite, tensor, targets[0] ?? '']);
}

/** A note that says nothing yet. */
export function blankNote(head: PageHead, finding: FindingHead): Note {
  const entry = head.entries[finding.entry]!;
  return {
    suite: head.suites[entry.suite]?.name ?? '',
    tensor: entry.tensor,
    targets: finding.targets.map((target) => head.targets[target]!.target),
    status: finding.status,
    headline: finding.headline,
    seen: false,
    comment: '',
    changedAt: '',
  };
}

/** Such a note need not be kept. */
export function saysNothing({ seen, comment, accepted }: Note): boolean {
  return !seen && comment === '' && accepted === undefined;
}
