import { count } from '../../../format-number.ts';
import type { TargetHead } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { type Mark, MarkIcon, MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';

function markOf({ status, role }: TargetHead): Mark {
  return status ?? (role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED');
}

export function TargetHeader({ target, index }: { readonly target: TargetHead; readonly index: number }) {
  const { head } = useReport();
  const suite = head.suites[target.suite];
  const findings = head.findings.filter(({ targets }) => targets.includes(index));
  const facts = [target.soc, target.os, target.runtime, target.emulator].filter((fact) => fact !== undefined);
  return (
    <section class="view-top">
      <nav aria-label="Breadcrumb" class="crumbs small">
        <a href={hashOf({ view: 'overview' })}>Overview</a> <span aria-hidden="true">›</span>{' '}
        <Name columns={48}>{suite?.name ?? 'unknown suite'}</Name>
      </nav>
      <h1>
        <Name>{target.target}</Name>
      </h1>
      <p class="lead">
        <MarkLabel mark={markOf(target)} />{' '}
        {target.headline === undefined ? undefined : <Prose>{target.headline}</Prose>}
      </p>
      {findings.length > 1 ? (
        <p class="quiet">The worst of {count(findings.length, 'finding')} on this target.</p>
      ) : undefined}
      <p class="quiet">
        {facts.map((fact, n) => (
          <>
            {n > 0 ? ' · ' : ''}
            <Name columns={80}>{fact}</Name>
          </>
        ))}
      </p>
      <p class="quiet">
        Compared with <Prose>{suite?.reference ?? 'an unknown reference'}</Prose>.{' '}
        <ClassWords target={target} index={index} />
      </p>
      <SuiteLinks target={target} />
    </section>
  );
}

/** Who else gives the same bytes. */
function ClassWords({ target, index }: { readonly target: TargetHead; readonly index: number }) {
  const { head } = useReport();
  const suite = head.suites[target.suite];
  const own = target.class === undefined ? undefined : suite?.classes[target.class];
  if (suite === undefined || own === undefined) return null;
  const others = own.targets.filter((each) => each !== index).length;
  const bytes = own.reference ? ", the reference's own bytes" : '';
  const alone =
    others === 0 ? 'no other target gives these bytes' : `${count(others, 'other target')} alike bit for bit`;
  return (
    <>
      <a href={hashOf({ view: 'classes', suite: suite.name })}>
        Class <Name columns={12}>{own.id}</Name>
      </a>
      {bytes}: {alone}.
    </>
  );
}

/** The target on every suite of the run. */
function SuiteLinks({ target }: { readonly target: TargetHead }) {
  const { head } = useReport();
  const lines = head.targets.filter((each) => each.target === target.target);
  if (lines.length < 2) return null;
  return (
    <nav aria-label="Suites" class="tabs">
      {lines.map((line) => {
        const suite = head.suites[line.suite]?.name ?? '';
        const current = line.suite === target.suite;
        return (
          <a
            key={line.suite}
            href={hashOf({ view: 'target', suite, target: line.target })}
            {...(current ? { 'aria-current': 'page' } : {})}
          >
            <MarkIcon mark={markOf(line)} /> <Name columns={32}>{suite}</Name>
          </a>
        );
      })}
    </nav>
  );
}
