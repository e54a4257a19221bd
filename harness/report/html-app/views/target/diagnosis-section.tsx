import { useState } from 'preact/hooks';
import type { TargetDiagnosis } from '../../../../domain/diagnosis.ts';
import { firstDivergenceWords } from '../../../diagnosis/short-words.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { Causes } from './causes.tsx';
import { ErrorChart } from './error-chart.tsx';
import { Experiments } from './experiments.tsx';
import { TraceRowFacts } from './trace-row-facts.tsx';
import { TraceTable } from './trace-table.tsx';

/** Where the target differs first, why, what to do, and the error along the graph. */
export function DiagnosisSection({ diagnosis }: { readonly diagnosis: TargetDiagnosis }) {
  const { trace, firstDivergence, notes } = diagnosis;
  const first = firstDivergenceWords(diagnosis);
  const firstRow = trace.findIndex(({ tensor }) => tensor === firstDivergence?.tensor);
  const [selected, setSelected] = useState(Math.max(0, firstRow));
  const row = trace[selected];
  return (
    <section>
      <h2>Where and why</h2>
      <p class="lead-fact">
        {first === undefined ? (
          'Nothing inside the graph differs.'
        ) : (
          <>
            First divergence: <Prose>{first}</Prose>
          </>
        )}
      </p>
      <Causes findings={diagnosis.findings} />
      {trace.length === 0 ? undefined : (
        <>
          <h3>Error along the graph</h3>
          <ErrorChart trace={trace} first={firstRow} selected={selected} onSelect={setSelected} />
          {row === undefined ? undefined : <TraceRowFacts row={row} isFirst={selected === firstRow} />}
          <TraceTable trace={trace} first={firstRow} onSelect={setSelected} />
        </>
      )}
      <Experiments experiments={diagnosis.experiments} />
      <h3>How it was found</h3>
      <p class="small">
        Case <Name columns={44}>{diagnosis.case}</Name>. {observerWords(diagnosis)}
      </p>
      {notes.map((note) => (
        <p key={note} class="small">
          <Prose>{note}</Prose>
        </p>
      ))}
    </section>
  );
}

/** Whether looking changed what was seen. */
function observerWords({ observerEffect, way, nondeterministic }: TargetDiagnosis): string {
  const instead = way === 'single-taps' ? 'they were exposed one a run' : 'nodes were run alone';
  if (nondeterministic)
    return 'The target gives different outputs for the same input by itself: whether exposing tensors changes them cannot be told.';
  if (observerEffect === 'none') return 'Exposing tensors inside the graph did not change the outputs.';
  return `Exposing all tensors at once changed the outputs (perturbed); ${instead} instead.`;
}
