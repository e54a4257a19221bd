import { useMemo, useState } from 'preact/hooks';
import { metricDefinition } from '../../../../domain/metrics.ts';
import type { ApprovedRun, Comparison, DecidingRule, Verdict } from '../../../../domain/run-files.ts';
import { rulePlace } from '../../../failure-block.ts';
import { formatActualAndLimit, formatHeadroom } from '../../../format-number.ts';
import { messageWords, nameText, noiseWords, operatorSign, waiverLabel } from '../../../wording.ts';
import { MoreButton } from '../../parts/more-button.tsx';
import { Name, Prose } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { sortedVerdicts } from './case-rows.ts';
import { caseValue, foundOfWords } from './case-value.ts';
import { HeadroomBar } from './headroom-bar.tsx';

const PAGE = 50;

/** Each metric that has a limit: what was found, what is allowed, how much room is left, and the rule that decided. */
export function VerdictTable({
  verdicts,
  label,
  ofCase,
}: {
  readonly verdicts: readonly Verdict[];
  readonly label: string;
  /** The one case that is looked at: its own values stand beside those of all cases. */
  readonly ofCase?: Comparison;
}) {
  const [shown, setShown] = useState(PAGE);
  const rows = useMemo(() => sortedVerdicts(verdicts), [verdicts]);
  const cases = ofCase === undefined && rows.some((verdict) => verdict.case !== '*');
  return (
    <>
      <Scroll label={label}>
        <table class="wide verdicts">
          <thead>
            <tr>
              <th scope="col">Verdict</th>
              <th scope="col">Metric</th>
              {ofCase === undefined ? undefined : (
                <th scope="col" class="number">
                  This case
                </th>
              )}
              <th scope="col" class="number">
                Found
              </th>
              <th scope="col" class="number">
                Allowed
              </th>
              {cases ? <th scope="col">Case</th> : undefined}
              <th scope="col">Headroom</th>
              <th scope="col">Rule that decided</th>
            </tr>
          </thead>
          <tbody>
            {rows.slice(0, shown).map((verdict) => (
              <VerdictRow
                key={`${verdict.case} ${verdict.metric}`}
                verdict={verdict}
                cases={cases}
                ofCase={ofCase}
              />
            ))}
          </tbody>
        </table>
      </Scroll>
      <MoreButton shown={shown} of={rows.length} page={PAGE} onMore={setShown} />
    </>
  );
}

function VerdictRow({
  verdict,
  cases,
  ofCase,
}: {
  readonly verdict: Verdict;
  readonly cases: boolean;
  readonly ofCase: Comparison | undefined;
}) {
  const { metric, actual, limit, operator, status, id } = verdict;
  const texts = formatActualAndLimit(metric, actual, limit);
  const said = messageWords(verdict);
  const raised = noiseWords(verdict);
  return (
    <tr>
      <td>
        <MarkLabel mark={status} />
      </td>
      <th scope="row" class="metric" title={metricDefinition(metric)?.meaning ?? ''}>
        <span class="code">
          <Name columns={40}>{metric}</Name>
        </span>
        <span class="quiet small meaning">{metricDefinition(metric)?.meaning ?? ''}</span>
        {id === '' ? undefined : (
          <span class="quiet small code meaning">
            <Name columns={36}>{id}</Name>
          </span>
        )}
      </th>
      {ofCase === undefined ? undefined : (
        <td class="number">
          <OwnValue verdict={verdict} ofCase={ofCase} />
        </td>
      )}
      <td class="number">
        <b>{actual === null ? '' : texts.actual}</b>
        {ofCase === undefined ? undefined : <div class="quiet small">{foundOfWords(verdict)}</div>}
      </td>
      <td class="number">{limit === null ? '' : `${operatorSign(operator)} ${texts.limit}`}</td>
      {cases ? (
        <td class="unbroken">
          {verdict.case === '*' ? (
            <span class="quiet">all cases</span>
          ) : (
            <Name columns={28}>{verdict.case}</Name>
          )}
        </td>
      ) : undefined}
      <td class="room">
        {actual === null ? undefined : (
          <span class="headroom">
            <HeadroomBar verdict={verdict} />
            {formatHeadroom(metric, actual, limit, operator)}
          </span>
        )}
        {said === undefined ? undefined : (
          <div class="small">
            <Prose>{said}</Prose>
          </div>
        )}
      </td>
      <td class="rule">
        <Rule rule={verdict.rule} />
        {raised === undefined ? undefined : <div class="small">Limit {raised}</div>}
        {verdict.baseline === undefined ? undefined : <Approved approved={verdict.baseline} />}
        {verdict.waiver === undefined ? undefined : (
          <div class={verdict.status === 'WAIVED' ? 'WAIVED waiver' : 'expired waiver'}>
            <b>{capitalised(waiverLabel(verdict))}</b>
            {verdict.waiver.expires === undefined ? '' : ` until ${nameText(verdict.waiver.expires)}`}
            <Rule rule={verdict.waiver} />
          </div>
        )}
      </td>
    </tr>
  );
}

function OwnValue({
  verdict: { metric, limit },
  ofCase,
}: {
  readonly verdict: Verdict;
  readonly ofCase: Comparison;
}) {
  const value = caseValue(ofCase, metric);
  if (value === undefined) return <span class="quiet">–</span>;
  return <b>{formatActualAndLimit(metric, value, limit).actual}</b>;
}

function Approved({ approved: { at, run, reason } }: { readonly approved: ApprovedRun }) {
  return (
    <div class="small">
      Approved <Name columns={10}>{at.slice(0, 10)}</Name> from run <Name columns={36}>{run}</Name>:{' '}
      <q>
        <Prose>{reason}</Prose>
      </q>
    </div>
  );
}

function Rule({ rule }: { readonly rule: DecidingRule }) {
  return (
    <div class="small rule-words">
      <q>
        <Prose>{rule.reason}</Prose>
      </q>
      {rule.owner === undefined ? undefined : (
        <>
          {' '}
          <Name columns={32}>{rule.owner}</Name>,
        </>
      )}{' '}
      <span class="code">
        <Name columns={60}>{rulePlace(rule)}</Name>
      </span>
    </div>
  );
}

function capitalised(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}
