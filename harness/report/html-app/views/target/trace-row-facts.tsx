import type { TraceRow } from '../../../../domain/diagnosis.ts';
import { errorWords } from '../../../diagnosis/error-words.ts';
import { Name } from '../../parts/name.tsx';
import { Fact } from './facts.tsx';
import { shapeText } from './tensor-rows.ts';

const MOST_NODES = 12;

/** The chosen tensor of the trace. */
export function TraceRowFacts({ row, isFirst }: { readonly row: TraceRow; readonly isFirst: boolean }) {
  const rest = row.nodes.length - MOST_NODES;
  return (
    <dl class="facts chosen" aria-live="polite">
      <Fact name="Tensor">
        <b>
          <Name columns={60}>{row.tensor}</Name>
        </b>{' '}
        <span class="quiet">
          {row.dtype} {shapeText(row.shape)}
        </span>
        {isFirst ? <b class="first-word"> first that differs</b> : undefined}
      </Fact>
      <Fact name="Computed by">
        <Name columns={24}>{row.opType}</Name> <Name columns={60}>{row.node}</Name>{' '}
        <span class="quiet">
          on <Name columns={40}>{row.provider ?? 'an unknown provider'}</Name>
        </span>
      </Fact>
      <Fact name="Error here">{errorWords(row.accumulated)}</Fact>
      <Fact name="Error of its own">{errorWords(row.intrinsic)}</Fact>
      {row.nodes.length > 1 ? (
        <Fact name="Together with">
          <Name columns={160}>{row.nodes.slice(0, MOST_NODES).join(', ')}</Name>
          {rest > 0 ? ` and ${rest} more` : ''}
        </Fact>
      ) : undefined}
    </dl>
  );
}
