import type { Status, Verdicts } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';

const TIMEOUT_MS = 10_000;
const MOST_TEXT = 2000;

/** What is posted. Slack and what imitates it show `text`; the other fields are for programs. */
export interface Notification {
  readonly schemaVersion: 1;
  readonly kind: 'notification';
  readonly text: string;
  readonly run: string;
  readonly exitCode: number;
  readonly exitCodeBefore: number | null;
  readonly statuses: Readonly<Record<string, number>>;
}

export function notificationOf(
  { run, exitCode, summary }: Verdicts,
  exitCodeBefore: number | undefined,
  words: readonly string[],
): Notification {
  const statuses: Record<Status, number> = {
    INCOMPLETE: summary.incomplete,
    NOT_COMPARABLE: summary.notComparable,
    FAIL: summary.fail,
    WAIVED: summary.waived,
    WARN: summary.warn,
    SKIPPED: summary.skipped,
    PASS: summary.pass,
  };
  const before = exitCodeBefore === undefined ? '' : `, was ${wordOf(exitCodeBefore)}`;
  const text = [`fleetdiff ${run}: ${wordOf(exitCode)}${before}`, ...words].join('\n');
  return {
    schemaVersion: 1,
    kind: 'notification',
    text: slackText(text.slice(0, MOST_TEXT)),
    run,
    exitCode,
    exitCodeBefore: exitCodeBefore ?? null,
    statuses,
  };
}

function wordOf(exitCode: number): string {
  return ['within budget', 'over budget', 'bad configuration', 'incomplete'][exitCode] ?? `exit ${exitCode}`;
}

/** Slack reads &, < and > as markup: a name that holds `<!channel>` must wake nobody. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/**
 * `${NAME}` replaced from the environment. The URL is a secret: it is never part of a message.
 * @throws UserError E_NOTIFY_ENV, E_NOTIFY_URL
 */
export function expandedUrl(text: string, env: Readonly<Record<string, string | undefined>>): URL {
  const expanded = text.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = env[name];
    if (value) return value;
    throw new UserError('E_NOTIFY_ENV', `The environment has no ${name}, which --notify asks for.`);
  });
  if (!/^https?:/i.test(expanded) || !URL.canParse(expanded)) {
    throw new UserError('E_NOTIFY_URL', 'What --notify names is no http(s) URL.');
  }
  return new URL(expanded);
}

/** @throws UserError E_NOTIFY; its message names neither the URL nor a part of it */
export async function postNotification(
  url: URL,
  notification: Notification,
  timeoutMs = TIMEOUT_MS,
): Promise<void> {
  let status: number;
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(notification),
      // A redirect could send the secret of the path elsewhere.
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    await answer.body?.cancel();
    status = answer.status;
  } catch (error) {
    const { name, cause } = error as Error & { readonly cause?: { readonly code?: string } };
    const why = name === 'TimeoutError' ? `no answer within ${timeoutMs / 1000} s` : (cause?.code ?? name);
    throw new UserError('E_NOTIFY', `The post failed: ${why}.`);
  }
  if (status < 200 || status > 299) throw new UserError('E_NOTIFY', `The post was answered with ${status}.`);
}
