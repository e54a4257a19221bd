import { useReport, useTargetDetail } from '../../data/report.ts';
import { CaptureGap } from './capture-gap.tsx';
import { dataOf } from './data-of.ts';
import { DiagnosisSection } from './diagnosis-section.tsx';
import { LocalizeHint } from './localize-hint.tsx';
import { PlacementSection } from './placement-section.tsx';
import { ProvenanceSection } from './provenance-section.tsx';
import { RunAgain } from './run-again.tsx';
import { StabilitySection } from './stability-section.tsx';
import { TargetHeader } from './target-header.tsx';
import { TensorTable } from './tensor-table.tsx';
import { TrendTable } from './trend-table.tsx';
import { WholeTarget } from './whole-target.tsx';

export function TargetPage({ index }: { readonly index: number }) {
  const { head } = useReport();
  const target = head.targets[index]!;
  const detail = useTargetDetail(index);
  const data = dataOf(detail);
  const { capture, placement, elsewhere, determinism, diagnosis } = data ?? {};
  const loading = detail.status === 'loading';
  return (
    <>
      <TargetHeader target={target} index={index} />
      {loading ? undefined : <CaptureGap target={target} capture={capture} />}
      <TensorTable target={target} index={index} />
      {loading ? (
        <p role="status">Loading the details of this target…</p>
      ) : diagnosis === undefined ? (
        <LocalizeHint target={target} />
      ) : (
        <DiagnosisSection diagnosis={diagnosis} />
      )}
      <WholeTarget target={target} index={index} />
      <TrendTable target={index} />
      <StabilitySection target={target} determinism={determinism} />
      <PlacementSection target={target} placement={placement} elsewhere={elsewhere} />
      {capture?.status === 'captured' ? <ProvenanceSection capture={capture} /> : undefined}
      {loading || data !== undefined ? undefined : (
        <p class="quiet">
          The details of this target are not in this file; they are in captures/ and verdicts.json beside it.
        </p>
      )}
      <RunAgain target={target} localized={diagnosis !== undefined} />
    </>
  );
}
