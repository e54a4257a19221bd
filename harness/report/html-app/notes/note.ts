import type { Matcher } from '../../../domain/budgets.ts';
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

/** What waivers are made of: one for each matcher, with the rest in common. */
export interface Acceptance {
  /** The suite's budgets.yml, where the waivers belong; undefined when the suite has none. */
  readonly budgets?: string;
  readonly matches: readonly Matcher[];
  readonly metrics: readonly string[];
  /** By metric: how bad it may be; one without a limit may be as bad as it likes. */
  readonly limits: Readonly<Record<string, number>>;
  readonly reason: string;
  readonly owner: string;
  /** Last day on which it holds, YYYY-MM-DD, in UTC. */
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
