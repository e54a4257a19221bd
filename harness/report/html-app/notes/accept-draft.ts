import type { Matcher } from '../../../domain/budgets.ts';
import type { Acceptance } from './note.ts';
import { isDay } from './notes-file.ts';
import type { FindingScope } from './use-scope.ts';
import type { WaivedMetric } from './waived-metrics.ts';
import { sharedMatches, targetMatches, type WaiverCover } from './waiver-matches.ts';

/** The form as it is being filled in. */
export interface AcceptDraft {
  readonly wanted: boolean;
  readonly reason: string;
  readonly owner: string;
  readonly expires: string;
  readonly metrics: readonly string[];
  readonly cover: WaiverCover;
  /** What is asked of the targets where `cover` is not `targets`. */
  readonly value: string;
}

export interface Problem {
  readonly field: 'reason' | 'owner' | 'expires' | 'metrics' | 'value';
  readonly words: string;
}

const DAYS = 90;
const MS_PER_DAY = 86_400_000;

/** As accepted before, else for 90 days by the owner of the rule that failed. */
export function draftOf(
  accepted: Acceptance | undefined,
  metrics: readonly WaivedMetric[],
  owner: string | undefined,
  now: Date,
): AcceptDraft {
  const [match] = accepted?.matches ?? [];
  const cover = match === undefined ? 'targets' : coverOf(match);
  return {
    wanted: accepted !== undefined,
    reason: accepted?.reason ?? '',
    owner: accepted?.owner ?? owner ?? '',
    expires: accepted?.expires ?? dayOf(new Date(now.getTime() + DAYS * MS_PER_DAY)),
    metrics: accepted?.metrics ?? metrics.map(({ metric }) => metric),
    cover,
    value: cover === 'targets' ? '' : (match?.[cover] ?? ''),
  };
}

/** What keeps the draft from being a waiver, in the order of the fields. */
export function problemsOf(draft: AcceptDraft, now: Date): Problem[] {
  const { reason, owner, expires, metrics, cover, value } = draft;
  const problems: (Problem | false)[] = [
    reason.trim() === '' && { field: 'reason', words: 'Say why it may ship.' },
    owner.trim() === '' && { field: 'owner', words: 'Say who answers for it.' },
    !isDay(expires) && { field: 'expires', words: 'Give the last day as YYYY-MM-DD.' },
    isDay(expires) && expires < dayOf(now) && { field: 'expires', words: 'This day is over already.' },
    metrics.length === 0 && { field: 'metrics', words: 'Choose at least one metric.' },
    cover !== 'targets' &&
      value.trim() === '' && { field: 'value', words: 'Say what the targets have in common.' },
  ];
  return problems.filter((problem) => problem !== false);
}

/** Limits as found, so that what grows beyond them is a new finding. */
export function acceptanceOf(
  draft: AcceptDraft,
  found: readonly WaivedMetric[],
  scope: FindingScope,
): Acceptance {
  const { cover, metrics } = draft;
  const limits = found.flatMap(({ metric, limit }) =>
    limit === undefined || !metrics.includes(metric) ? [] : [[metric, limit] as const],
  );
  const matches =
    cover === 'targets'
      ? targetMatches(scope.targets, scope)
      : sharedMatches(cover, draft.value.trim(), scope.targets, scope);
  return {
    ...(scope.budgets === undefined ? {} : { budgets: scope.budgets }),
    matches,
    metrics: found.map(({ metric }) => metric).filter((metric) => metrics.includes(metric)),
    limits: Object.fromEntries(limits),
    reason: draft.reason.trim(),
    owner: draft.owner.trim(),
    expires: draft.expires,
  };
}

function coverOf({ isa, tag, soc }: Matcher): WaiverCover {
  if (isa !== undefined) return 'isa';
  if (tag !== undefined) return 'tag';
  return soc === undefined ? 'targets' : 'soc';
}

/** The day in UTC, as budgets count it. */
function dayOf(time: Date): string {
  return time.toISOString().slice(0, 10);
}
