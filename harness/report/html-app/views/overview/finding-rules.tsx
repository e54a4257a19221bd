import type { DecidingRule } from '../../../../domain/run-files.ts';
import { rulePlace } from '../../../failure-block.ts';
import type { FindingHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { daysLeft } from './days-left.ts';

/** The waiver first, as it is what a reviewer signs, then the rule that decided. A part that was not there needs no rule. */
export function FindingRules({ finding }: { readonly finding: FindingHead }) {
  const { head } = useReport();
  const rule = finding.rule === undefined ? undefined : head.rules[finding.rule];
  const { waiver } = finding;
  if (finding.remedy !== undefined || (rule === undefined && waiver === undefined)) return null;
  return (
    <ul class="why">
      {waiver === undefined ? undefined : (
        <li>
          <WaiverLead waiver={waiver} /> <RuleWords rule={waiver} />
        </li>
      )}
      {rule === undefined ? undefined : (
        <li>
          Budget <RuleWords rule={rule} />
        </li>
      )}
    </ul>
  );
}

function WaiverLead({ waiver }: { readonly waiver: NonNullable<FindingHead['waiver']> }) {
  const { head } = useReport();
  const expires = <Name columns={20}>{waiver.expires ?? 'a day that is not known'}</Name>;
  if (waiver.lead === 'waiver expired') return <span class="expired">Waiver expired on {expires}</span>;
  if (waiver.lead !== 'until') return <span class="expired">Worse than its waiver allows</span>;
  const days = daysLeft(waiver.expires, head.judgedAt);
  return (
    <>
      Waived until {expires}
      {days === undefined ? '' : ` (${days} ${days === 1 ? 'day' : 'days'} left when judged)`}
    </>
  );
}

function RuleWords({ rule }: { readonly rule: DecidingRule }) {
  return (
    <>
      <q>
        <Prose>{rule.reason}</Prose>
      </q>
      {rule.owner === undefined ? undefined : (
        <>
          , owner{' '}
          <b>
            <Name>{rule.owner}</Name>
          </b>
        </>
      )}
      , <span class="code">{rulePlace(rule)}</span>
    </>
  );
}
