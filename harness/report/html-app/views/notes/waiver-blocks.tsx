import { useState } from 'preact/hooks';
import { groupBy } from '../../../../domain/group-by.ts';
import { useReport } from '../../data/report.ts';
import type { Acceptance } from '../../notes/note.ts';
import { waiversYaml } from '../../notes/waiver-yaml.ts';
import { Copyable } from '../../parts/copy-button.tsx';
import { Name } from '../../parts/name.tsx';
import { Command } from '../target/command.tsx';
import { judgeCommand, renderCommand } from '../target/commands.ts';

/** What was accepted, as the waivers that make the next judgement say so: a block for each budgets.yml. */
export function WaiverBlocks({ accepted }: { readonly accepted: readonly Acceptance[] }) {
  const { folder } = useReport().head;
  const blocks = [...groupBy(accepted, ({ budgets }) => budgets)];
  return (
    <section>
      <h2>Waivers</h2>
      {blocks.map(([budgets, own]) => (
        <WaiverBlock key={budgets ?? ''} budgets={budgets} accepted={own} />
      ))}
      <p class="small quiet">
        A waiver holds up to its last day and for values no worse than its limits; then the finding fails
        again.
      </p>
      <Command what="Judges this run anew with it" line={judgeCommand(folder)} />
      <Command what="Then writes this report anew" line={renderCommand(folder)} />
    </section>
  );
}

function WaiverBlock({
  budgets,
  accepted,
}: {
  readonly budgets: string | undefined;
  readonly accepted: readonly Acceptance[];
}) {
  const { head } = useReport();
  const [heading, setHeading] = useState(() => !head.findings.some(({ waiver }) => waiver?.file === budgets));
  return (
    <div>
      <p>
        {budgets === undefined ? (
          'This suite has no budgets.yml: write one (fleetdiff init shows how), name it in suite.yml, and paste this at its end.'
        ) : (
          <>
            To paste at the end of <Name>{budgets}</Name>
            {heading ? '.' : ', among its waivers.'}
          </>
        )}
      </p>
      <label class="choice small">
        <input
          type="checkbox"
          checked={heading}
          onChange={(event) => setHeading(event.currentTarget.checked)}
        />
        With the line “waivers:”, which a file has once
      </label>
      <Copyable text={waiversYaml(accepted, { heading })} label="Copy waivers" />
    </div>
  );
}
