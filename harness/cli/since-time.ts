import { UserError } from '../domain/user-error.ts';

const DAY_MS = 86_400_000;

/**
 * The time that `2026-01-01` or `30d` names, ISO 8601 in UTC.
 * @throws UserError E_SINCE
 */
export function sinceTime(text: string, now: Date): string {
  const time = /^\d{1,5}d$/.test(text)
    ? now.getTime() - Number.parseInt(text, 10) * DAY_MS
    : /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?$/.test(text)
      ? Date.parse(text)
      : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new UserError('E_SINCE', `No time can be read from "${text}".`, {
    remedies: ['a date:  2026-01-01', 'or so many days ago:  30d'],
  });
}
