import { expect, test } from 'vitest';
import type { Optimization } from '../../harness/domain/device.ts';
import type { Provenance } from '../../harness/domain/run-files.ts';
import type { ModelFacts } from '../../harness/domain/suite.ts';
import { referenceSaturates } from '../../harness/stages/judge/reference-saturates.ts';
import { judge } from '../../harness/stages/judge.ts';
import { sampleCapture, sampleInput, verdictOf } from './sample-run.ts';

const model = (u8s8FullRange: boolean, integerOperators: boolean): ModelFacts => ({
  inputs: [],
  outputs: [{ name: 'logits', dtype: 'float32', shape: [-1, 10] }],
  u8s8FullRange,
  integerOperators,
});
const computedOn = (isa: readonly string[], optimization: Optimization): Provenance => {
  const { provenance } = sampleCapture('x/y');
  return {
    ...provenance,
    device: { ...provenance.device, isa },
    delegate: { ...provenance.delegate, optimization },
  };
};

test.for([
  { why: 'AVX2 without VNNI saturates', full: true, integer: true, isa: ['x86_64', 'avx2'], warns: true },
  { why: 'VNNI does not', full: true, integer: true, isa: ['x86_64', 'avx2', 'vnni'], warns: false },
  { why: 'Arm does not', full: true, integer: true, isa: ['aarch64', 'asimd'], warns: false },
  { why: 'reduced range does not', full: false, integer: true, isa: ['x86_64', 'avx2'], warns: false },
  {
    why: 'QDQ without optimization computes in float',
    full: true,
    integer: false,
    isa: ['x86_64', 'avx2'],
    warns: false,
  },
  {
    why: 'QDQ with optimization fuses integer operators and saturates',
    full: true,
    integer: false,
    isa: ['x86_64', 'avx2'],
    optimization: 'all',
    warns: true,
  },
] satisfies {
  why: string;
  full: boolean;
  integer: boolean;
  isa: string[];
  optimization?: Optimization;
  warns: boolean;
}[])(
  '$why',
  ({
    full,
    integer,
    isa,
    optimization,
    warns,
  }: {
    full: boolean;
    integer: boolean;
    isa: string[];
    optimization?: Optimization;
    warns: boolean;
  }) => {
    const provenance = computedOn(isa, optimization ?? 'disabled');
    expect(referenceSaturates(model(full, integer), provenance) !== undefined).toBe(warns);
  },
);

test('a run whose reference was computed there warns once, by the reference’s own name', () => {
  const input = sampleInput(undefined);
  const capture = { ...sampleCapture('reference/cpu-noopt') };
  const planned = {
    suite: 'digits',
    target: 'reference/cpu-noopt',
    role: 'reference',
    optional: false,
  } as const;
  const [suite] = input.plan.suites;
  const plan = {
    ...input.plan,
    suites: [
      {
        ...suite!,
        model: { ...suite!.model, facts: model(true, true) },
        reference: { kind: 'computed', target: planned.target } as const,
      },
    ],
  };
  const deliveries = [...input.deliveries, { planned, status: 'captured', capture } as const];
  const verdicts = judge({ ...input, plan, deliveries });
  expect(verdictOf(verdicts, 'reference/cpu-noopt', 'reference')).toMatchObject({
    status: 'WARN',
    message: expect.stringContaining('no VNNI'),
  });
  const absent = [...input.deliveries, { planned, status: 'absent', reason: 'session lost' } as const];
  expect(verdictOf(judge({ ...input, plan, deliveries: absent }), planned.target, 'reference')).toMatchObject(
    { status: 'INCOMPLETE' },
  );
});
