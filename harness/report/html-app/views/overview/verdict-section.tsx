import { count } from '../../../format-number.ts';
import { joinWords } from '../../../join-words.ts';
import type { Overview } from '../../../overview.ts';
import type { PageHead, SuiteHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { Name, Prose } from '../../parts/name.tsx';
import type { Mark } from '../../parts/status-mark.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { CheckSection } from './check-section.tsx';
import { MarkCounts } from './mark-counts.tsx';
import { Unjudged } from './unjudged.tsx';
import { waivedUntil } from './waived-until.ts';

const MARKS: Readonly<Record<Overview['outcome'], Mark>> = {
  ship: 'PASS',
  noShip: 'FAIL',
  unknown: 'INCOMPLETE',
};

/** Suites whose model and reference are told without being asked. */
const MOST_SUITES = 3;

/** May it ship, and on how much evidence. */
export function VerdictSection() {
  const { head } = useReport();
  return (
    <section class="verdict">
      <div class={`outcome ${MARKS[head.outcome]}`}>
        <h1>{head.sentence}</h1>
        {head.check === undefined ? undefined : <p class="lead">Head by itself: {head.check.own}.</p>}
        <p class="lead">{coverageSentence(head)}</p>
        <p class="lead">Baseline: {head.baseline}.</p>
      </div>
      <CheckSection />
      <MarkCounts />
      <Waived />
      <Unjudged />
      <SuiteLines />
      <LeftOut />
    </section>
  );
}

function LeftOut() {
  const { head } = useReport();
  if (head.leftOut === 0) return null;
  return (
    <p class="notice small">
      To keep this file small, it tells only the verdict of {count(head.leftOut, 'answer')} of{' '}
      {head.entries.length}, those that matter least. Their numbers are in comparisons.json and
      divergence.csv.
    </p>
  );
}

/** "1 suite on 12 targets, each run 3 times: 12 captures planned, 11 captured, 1 skipped." What is zero and no worry is left out. */
function coverageSentence({ suites, targets, repeats, coverage }: PageHead): string {
  const { planned, captured, failed, skipped, missing } = coverage;
  const names = new Set(targets.flatMap(({ role, target }) => (role === 'candidate' ? [target] : [])));
  const gaps = [
    ...(failed === 0 ? [] : [`${failed} failed`]),
    ...(missing === 0 ? [] : [`${missing} missing`]),
    ...(skipped === 0 ? [] : [`${skipped} skipped`]),
  ];
  const runs = repeats === 1 ? 'run once' : `run ${repeats} times`;
  const came =
    gaps.length === 0
      ? 'nothing failed, nothing is missing, nothing was skipped'
      : `${joinWords(gaps)}; ${captured} captured`;
  return `${count(suites.length, 'suite')} on ${count(names.size, 'target')}, each ${runs}. Of ${count(planned, 'planned capture')} ${gaps.length === 0 ? `all ${captured} came: ` : ''}${came}.`;
}

function Waived() {
  const { head } = useReport();
  const groups = waivedUntil(head.findings);
  if (groups.length === 0) return null;
  return (
    <ul class="waived-until small">
      {groups.map(({ expires, findings, owners }) => (
        <li key={expires}>
          <MarkLabel mark="WAIVED" />{' '}
          <span>
            until <b>{expires === '' ? 'no day that is known' : <Name columns={20}>{expires}</Name>}</b>:{' '}
            <a href={hashOf({ view: 'overview' }, new URLSearchParams({ status: 'WAIVED' }))}>
              {count(findings, 'finding')}
            </a>
            {owners.length === 0 ? undefined : (
              <span class="quiet">
                , owner{owners.length === 1 ? '' : 's'} <Name>{owners.slice(0, 5).join(', ')}</Name>
              </span>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

function SuiteLines() {
  const { head } = useReport();
  const lines = head.suites.map((suite) => <SuiteLine key={suite.name} suite={suite} />);
  if (head.suites.length <= MOST_SUITES) return <>{lines}</>;
  return (
    <details class="more">
      <summary class="small">The {head.suites.length} suites: models and references</summary>
      {lines}
    </details>
  );
}

function SuiteLine({ suite: { name, model, reference } }: { readonly suite: SuiteHead }) {
  return (
    <p class="small quiet suite-line">
      <b>
        <Name>{name}</Name>
      </b>
      : model{' '}
      <span class="code">
        <Name>{model.path}</Name>
      </span>{' '}
      (sha256{' '}
      <span class="code" title={model.sha256}>
        {model.sha256.slice(0, 12)}
      </span>
      ), compared with <Prose>{reference}</Prose>.
    </p>
  );
}
