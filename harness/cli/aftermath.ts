import type { Command } from 'commander';
import type { Status, Verdicts } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';
import { attributionWords } from '../report/attribution-words.ts';
import { visible } from '../report/escape.ts';
import type { Kept } from '../stages/history.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { expandedUrl, notificationOf, postNotification } from './notify.ts';

/** What happens to a run once it is judged. None of it changes the verdict. */
export interface AftermathOptions {
  /** The history file; false: `--no-history`. */
  readonly history: string | false;
  readonly notify?: string;
  readonly notifyAlways?: boolean;
}

export function addAftermathOptions(command: Command): Command {
  return command
    .option('--history <file>', 'add the run to this history', 'reports/history.duckdb')
    .option('--no-history', 'do not add the run to a history')
    .option('--notify <url>', 'post when the verdict changed; $NAME in braces is read from the environment')
    .option('--notify-always', 'post whether it changed or not');
}

/** Adds a judged run to the history; undefined where it is kept in none. What fails here is a warning: the verdict stands. */
export async function keepInHistory(
  run: RunFolder,
  { history }: AftermathOptions,
): Promise<Kept | undefined> {
  if (history === false) return undefined;
  // DuckDB is loaded here and not before: a command that keeps nothing does not wait for it.
  return warned('the history was not written', async () =>
    (await import('../stages/history.ts')).keepRun(history, run),
  );
}

/** Says what moved, and tells whoever wants to know. What fails here is a warning, too. */
export async function tellChange(
  verdicts: Verdicts,
  kept: Kept | undefined,
  { notify, notifyAlways = false }: AftermathOptions,
): Promise<void> {
  const { attribution } = kept ?? {};
  const words = attribution === undefined ? [] : attributionWords(attribution);
  if ((attribution?.moved.length ?? 0) > 0) for (const line of words) console.error(visible(line));
  if (notify === undefined) return;
  await warned('nobody was notified', async () => {
    const url = expandedUrl(notify, process.env);
    if (kept === undefined && !notifyAlways) {
      throw new UserError(
        'E_NOTIFY_HISTORY',
        'Without the history nobody knows whether the verdict changed.',
      );
    }
    if (!notifyAlways && !hasChanged(verdicts, kept)) return;
    await postNotification(url, notificationOf(verdicts, kept?.before?.exitCode, words));
  });
}

/** Without a run before, what is within budget is no news. Targets that were lost or came anew have not moved: they are counted. */
function hasChanged({ exitCode }: Verdicts, kept: Kept | undefined): boolean {
  if (kept?.before === undefined) return exitCode !== 0;
  const { before, statuses, attribution } = kept;
  return (
    before.exitCode !== exitCode ||
    OPEN.some((status) => (before.statuses[status] ?? 0) !== (statuses[status] ?? 0)) ||
    (attribution?.moved ?? []).some(({ statusBefore, statusNow }) => statusBefore !== statusNow)
  );
}

const OPEN: readonly Status[] = ['INCOMPLETE', 'NOT_COMPARABLE', 'FAIL', 'WAIVED', 'WARN'];

async function warned<Result>(what: string, work: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await work();
  } catch (error) {
    const said = error instanceof UserError ? `${error.code} ${error.message}` : String(error);
    console.error(visible(`warning: ${what}: ${said}`));
    return undefined;
  }
}
