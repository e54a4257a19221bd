import type { TargetHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { Command } from './command.tsx';
import { localizeCommand, runCommand } from './commands.ts';

/** Commands that reproduce what the view shows. */
export function RunAgain({
  target,
  localized,
}: {
  readonly target: TargetHead;
  /** Else another section names the command. */
  readonly localized: boolean;
}) {
  const { head } = useReport();
  const suite = head.suites[target.suite];
  const run = suite === undefined ? undefined : runCommand(suite.folder, target.target);
  const localize = localizeCommand(
    head.folder,
    target.target,
    head.suites.length > 1 ? suite?.name : undefined,
  );
  if (run === undefined && localize === undefined) return null;
  return (
    <section>
      <h2>Run it again</h2>
      <Command what="Capture and judge this target alone" line={run} />
      {localized ? <Command what="Localize it again" line={localize} /> : undefined}
    </section>
  );
}
