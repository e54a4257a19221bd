import type { Comparison, DecidingRule, Verdict, VerdictSummary } from '../../harness/domain/run-files.ts';
import { SHA } from './sample-capture.ts';
import type { SampleTarget } from './sample-fleet.ts';
import { nameOf } from './sample-fleet.ts';

const ROWS = 50;
export const CASES = ['digits-000', 'digits-001', 'digits-002', 'digits-003'];

const LEDGER: DecidingRule = { file: 'built-in', reason: 'every planned capture must exist' };

export function comparisonsOf(target: SampleTarget, suite: string): Comparison[] {
  const flips = target.flips ?? [];
  const total = target.flipCount ?? flips.length;
  return CASES.map((name, n): Comparison => {
    const share = (target.differing ?? 0) / 4;
    // Whole elements per case that add up to `differing`.
    const differing = n === 3 ? (target.differing ?? 0) - 3 * Math.floor(share) : Math.floor(share);
    const own = flips.filter((candidate) => candidate.sample.startsWith(`${name}#`));
    const unlisted = n === 3 ? total - flips.length : 0;
    const count = own.length + unlisted;
    const worstHere = n === 1;
    const identical = target.maxAbs === undefined;
    const worst = { index: [12, 3], reference: 1.25, candidate: 1.25 + (target.maxAbs ?? 0) };
    return {
      suite,
      case: name,
      target: nameOf(target),
      tensor: 'logits',
      status: 'compared',
      dtype: 'float32',
      shape: [ROWS, 10],
      identical,
      digest: { reference: SHA('1'), candidate: identical ? SHA('1') : SHA('2') },
      metrics: {
        elements: 500,
        max_abs: worstHere ? (target.maxAbs ?? 0) : (target.maxAbs ?? 0) / 2,
        mean_abs: (target.maxAbs ?? 0) / 9,
        mismatch_fraction: differing / 500,
        max_steps: worstHere ? (target.maxSteps ?? 0) : Math.min(target.maxSteps ?? 0, 1),
        sqnr_db: identical ? 'Infinity' : 24.61,
        cosine: identical ? 1 : 0.998_214,
        nonfinite_mismatch: 0,
      },
      ...(identical ? {} : { worst }),
      worstElements: identical
        ? []
        : [worst, { index: [7, 0], reference: -2.4375, candidate: -2.4375 - (target.maxAbs ?? 0) / 2 }],
      decisions: {
        samples: ROWS,
        top1_agreement: (ROWS - count) / ROWS,
        top3_overlap: (ROWS - count) / ROWS,
        flips: count,
        near_ties: 0,
        labelled: ROWS,
        accuracy: (48 - Math.min(48, count)) / ROWS,
        accuracy_reference: 0.96,
        flipped: own,
      },
    };
  });
}

export function verdictsOf(target: SampleTarget, suite: string, rule: DecidingRule): Verdict[] {
  const base = { suite, case: '*', target: nameOf(target), rule } as const;
  const whole = { tensor: '*', metric: 'capture', actual: null, limit: null, operator: '==' } as const;
  const id = (metric: string) => `v-${target.device}${target.delegate}${metric}`;
  if (target.capture === 'failed') {
    const message = 'session lost: the agent ended with signal SIGKILL';
    return [{ ...base, ...whole, rule: LEDGER, id: id('capture'), status: 'INCOMPLETE', message }];
  }
  if (target.capture === 'skipped') {
    return [
      {
        ...base,
        ...whole,
        rule: LEDGER,
        id: id('capture'),
        status: 'SKIPPED',
        message: 'SwiftShader ICD not found',
      },
    ];
  }
  const steps = target.maxSteps ?? 0;
  const flips = target.flipCount ?? target.flips?.length ?? 0;
  const over = target.waiver === undefined ? ('FAIL' as const) : ('WAIVED' as const);
  const waiver = target.waiver === undefined ? {} : { waiver: target.waiver };
  const tensor = { ...base, tensor: 'logits' };
  return [
    {
      ...tensor,
      id: id('max_steps'),
      metric: 'max_steps',
      actual: steps,
      limit: steps === 2 ? 1 : 2,
      operator: '<=',
      status: steps <= 1 ? 'PASS' : steps <= 2 ? 'WARN' : over,
      ...(steps === 0
        ? {}
        : {
            worst: {
              case: 'digits-001',
              index: [12, 3],
              reference: 1.25,
              candidate: 1.25 + (target.maxAbs ?? 0),
            },
          }),
      ...(steps > 2 ? waiver : {}),
    },
    {
      ...tensor,
      id: id('top1_agreement'),
      metric: 'top1_agreement',
      actual: (200 - flips) / 200,
      limit: 1,
      operator: '>=',
      status: flips === 0 ? 'PASS' : over,
      ...(flips > 0 ? waiver : {}),
    },
    {
      ...tensor,
      id: id('nonfinite_mismatch'),
      metric: 'nonfinite_mismatch',
      actual: 0,
      limit: 0,
      operator: '<=',
      status: 'PASS',
      rule: { file: 'built-in', reason: 'NaN and infinities must agree' },
    },
  ];
}

export function summaryOf(verdicts: readonly Verdict[]): VerdictSummary {
  const having = (status: Verdict['status']) =>
    verdicts.filter((verdict) => verdict.status === status).length;
  return {
    pass: having('PASS'),
    warn: having('WARN'),
    waived: having('WAIVED'),
    fail: having('FAIL'),
    incomplete: having('INCOMPLETE'),
    notComparable: having('NOT_COMPARABLE'),
    skipped: having('SKIPPED'),
  };
}
