import type { Verdict } from '../../../../domain/run-files.ts';
import { nameText } from '../../../wording.ts';
import { useReport } from '../../data/report.ts';
import { Command } from '../target/command.tsx';
import { explainCommand } from '../target/commands.ts';
import { sortedVerdicts } from './case-rows.ts';

const MOST = 12;

/** For each verdict that does not pass, the command that tells how it came about. */
export function ExplainCommands({ verdicts }: { readonly verdicts: readonly Verdict[] }) {
  const { head } = useReport();
  const open = sortedVerdicts(verdicts).filter(({ status }) => status !== 'PASS');
  if (open.length === 0) return null;
  const lines = open
    .slice(0, MOST)
    .map((verdict) => (
      <Command
        key={verdict.id}
        what={`${nameText(verdict.metric)}${verdict.case === '*' ? '' : ` of case ${nameText(verdict.case)}`}`}
        line={explainCommand(head.folder, verdict.id)}
      />
    ));
  return (
    <section>
      <h2>Explain a verdict</h2>
      <p class="quiet">
        Each tells, at a terminal, from which bytes and by which rule the verdict came about.
      </p>
      {lines[0]}
      {lines.length > 1 ? (
        <details class="more">
          <summary>The other {lines.length - 1}</summary>
          {lines.slice(1)}
        </details>
      ) : undefined}
      {open.length > MOST ? (
        <p class="quiet small">{open.length - MOST} more are in verdicts.json.</p>
      ) : undefined}
    </section>
  );
}
