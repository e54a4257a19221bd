import type { TargetHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { Command } from './command.tsx';
import { localizeCommand } from './commands.ts';

/** How to find where it differs and why, where nobody has. */
export function LocalizeHint({ target }: { readonly target: TargetHead }) {
  const report = useReport();
  const { head } = report;
  const differs = report.sheet(target).some((each) => each.head.tensor !== '*' && !each.head.identical);
  if (target.capture !== 'captured' || target.role === 'reference' || !differs) return null;
  const suite = head.suites.length > 1 ? head.suites[target.suite]?.name : undefined;
  return (
    <section>
      <h2>Where and why</h2>
      <p>
        Not looked for yet. Localizing runs the model on this target again with its inner tensors exposed,
        finds the first node that differs and the likely cause; then render the report again.
      </p>
      <Command
        what="Find the first node that differs, and why"
        line={localizeCommand(head.folder, target.target, suite)}
      />
    </section>
  );
}
