import type { Comparison } from '../../../../domain/run-files.ts';
import type { TensorSummary } from '../../../tensor-summary.ts';
import { elementsWords } from '../../../wording.ts';
import { useReport } from '../../data/report.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { MarkLabel } from '../../parts/status-mark.tsx';
import { hashOf } from '../../route.ts';
import { shapeText } from '../target/tensor-rows.ts';
import { CaseLinks } from './case-links.tsx';
import { FindingLinks } from './finding-links.tsx';

interface TensorHeaderProps {
  readonly index: number;
  readonly entry: number;
  readonly caseName: string | undefined;
  readonly summary: TensorSummary | undefined;
  /** Those that are shown. */
  readonly comparisons: readonly Comparison[];
  /** All cases of the tensor, in order. */
  readonly cases: readonly string[];
}

export function TensorHeader({ index, entry, caseName, summary, comparisons, cases }: TensorHeaderProps) {
  const { head } = useReport();
  const target = head.targets[index]!;
  const { tensor, status, class: own } = head.entries[entry]!;
  const suite = head.suites[target.suite]?.name ?? '';
  const finding = head.findings.find((each) => each.entry === entry && each.targets.includes(index));
  const compared = comparisons.find((each) => each.status === 'compared');
  const elements = elementsWords(summary, head.suites[target.suite]?.cases);
  const up = { suite, target: target.target };
  return (
    <section class="view-top">
      <nav aria-label="Breadcrumb" class="crumbs small">
        <a href={hashOf({ view: 'overview' })}>Overview</a> <span aria-hidden="true">›</span>{' '}
        <a href={hashOf({ view: 'target', ...up })}>
          <Name columns={48}>{target.target}</Name>
        </a>{' '}
        <span class="quiet">
          on <Name columns={32}>{suite}</Name>
        </span>
        {caseName === undefined ? undefined : (
          <>
            {' '}
            <span aria-hidden="true">›</span>{' '}
            <a href={hashOf({ view: 'tensor', ...up, tensor })}>
              <Name columns={48}>{titleOf(tensor)}</Name>
            </a>
          </>
        )}
      </nav>
      <h1>
        <Name>{titleOf(tensor)}</Name>
        {caseName === undefined ? undefined : (
          <span class="h1-case">
            {' '}
            <Name>{caseName}</Name>
          </span>
        )}
      </h1>
      <p class="lead">
        <MarkLabel mark={status ?? (target.role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED')} />{' '}
        {finding === undefined ? elements : <Prose>{finding.headline}</Prose>}
        {caseName === undefined ? undefined : <span class="quiet"> (all cases together)</span>}
      </p>
      <p class="quiet">
        {compared?.status === 'compared' ? `${compared.dtype} ${shapeText(compared.shape)}. ` : ''}
        {finding !== undefined && elements !== undefined ? `${capitalised(elements)}. ` : ''}
        {own === undefined ? undefined : (
          <>
            <a href={hashOf({ view: 'classes', suite, tensor })}>
              Class <Name columns={12}>{own}</Name>
            </a>{' '}
            of bit-identical answers.
          </>
        )}
      </p>
      <p class="view-links">
        <a href={hashOf({ view: 'target', ...up })}>
          The target <Name columns={32}>{target.target}</Name>
        </a>
        {tensor === '*' ? undefined : (
          <a href={hashOf({ view: 'compare', suite, reference: target.target, tensor })}>
            Compare with another target
          </a>
        )}
        <FindingLinks entry={entry} target={index} />
      </p>
      {caseName === undefined ? undefined : (
        <CaseLinks
          cases={cases}
          caseName={caseName}
          linkOf={(name) => hashOf({ view: 'tensor', ...up, tensor, case: name })}
        />
      )}
    </section>
  );
}

function titleOf(tensor: string): string {
  return tensor === '*' ? 'The target as a whole' : tensor;
}

function capitalised(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
