import type { FactChange } from '../../harness/domain/attribution.ts';
import type { ReportInput } from '../../harness/report/report-input.ts';

const SHA_BEFORE = `${'ab'.repeat(6)}${'c'.repeat(52)}`;
const SHA_NOW = `${'12'.repeat(6)}${'3'.repeat(52)}`;

interface Moved {
  readonly suite: string;
  readonly target: string;
  readonly tensor: string;
  /** What the runtime was before. */
  readonly runtime: string;
  /** Of the run before. */
  readonly run: string;
}

/** The run with two nights before it, since the last of which one target moved. */
export function withHistory(input: ReportInput, { suite, target, tensor, runtime, run }: Moved): ReportInput {
  const of = { suite, target };
  const changed = (fact: FactChange['fact'], from: string, to: string): FactChange => ({
    of: 'target',
    fact,
    steps: [{ from, to }],
  });
  const table = { movedChanged: 1, movedTotal: 1, unmovedTotal: 8 };
  const runs = [
    { run: 'night-0', judgedAt: '2026-11-20T08:00:00.000Z' },
    { run, judgedAt: '2026-11-21T08:00:00.000Z' },
    { run: input.plan.run, judgedAt: input.verdicts.judgedAt },
  ];
  return {
    ...input,
    attribution: {
      schemaVersion: 1,
      kind: 'attribution',
      run: input.plan.run,
      moved: [
        { ...of, before: run, by: 'answer', tensors: [tensor], statusBefore: 'PASS', statusNow: 'FAIL' },
      ],
      unmoved: 8,
      fresh: [{ suite, target: 'new-phone/cpu' }],
      lost: [],
      causes: [
        {
          ...table,
          unmovedChanged: 0,
          phi: 1,
          changes: [
            changed('runtime', runtime, 'onnxruntime-node 1.30.0'),
            changed('options', '{"threads":1,"env":{}}', '{"threads":4,"env":{}}'),
          ],
        },
        { ...table, unmovedChanged: 5, phi: 0.2357, changes: [changed('model', SHA_BEFORE, SHA_NOW)] },
        {
          ...table,
          unmovedChanged: 8,
          phi: null,
          changes: [{ of: 'reference', fact: 'os', steps: [] }],
        },
        { ...table, movedChanged: 0, unmovedChanged: 8, phi: -1, changes: [changed('soc', 'a', 'b')] },
      ],
      unexplained: [],
    },
    trends: {
      schemaVersion: 1,
      kind: 'trends',
      run: input.plan.run,
      runs,
      series: [
        { ...of, tensor, metric: 'max_steps', values: [1, 1, 19], changes: [2] },
        { ...of, tensor, metric: 'sqnr_db', values: ['Infinity', 41.2, 30.5], changes: [1, 2] },
        { ...of, tensor, metric: 'cosine', values: [1, 0.99998, 0.9991], changes: [1, 2] },
      ],
      leftOut: 0,
    },
  };
}
