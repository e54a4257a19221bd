import type { CauseFinding } from '../domain/diagnosis.ts';
import { differenceOf } from './difference.ts';
import type { Evidence } from './evidence.ts';
import { type CauseRule, finding } from './finding.ts';
import { said } from './mended.ts';
import { approximatedTranscendental } from './rules/approximated-transcendental.ts';
import { bf16FastMath } from './rules/bf16-fast-math.ts';
import { brokenKernel } from './rules/broken-kernel.ts';
import { flushToZero } from './rules/flush-to-zero.ts';
import { fp16Compute } from './rules/fp16-compute.ts';
import { graphOptimization } from './rules/graph-optimization.ts';
import { integerAddOrder } from './rules/integer-add-order.ts';
import { kleidiai } from './rules/kleidiai.ts';
import { nanOutput } from './rules/nan-output.ts';
import { reductionOrder } from './rules/reduction-order.ts';
import { requantizationRounding } from './rules/requantization-rounding.ts';
import { silentFallback } from './rules/silent-fallback.ts';
import { stuckOutput } from './rules/stuck-output.ts';
import { swappedChannels } from './rules/swapped-channels.ts';
import { threadCount } from './rules/thread-count.ts';
import { u8s8Saturation } from './rules/u8s8-saturation.ts';
import { wrongLayout } from './rules/wrong-layout.ts';
import { wrongScale } from './rules/wrong-scale.ts';
import { wrongZeroPoint } from './rules/wrong-zero-point.ts';

/** Rules that explain the whole pattern of the error. The first that speaks silences all others but proofs and the fallback. */
const PATTERNS: readonly CauseRule[] = [
  nanOutput,
  stuckOutput,
  flushToZero,
  wrongLayout,
  swappedChannels,
  wrongZeroPoint,
  wrongScale,
];

/** Rules that go by an experiment, or by the size of the error and what computes. */
const CIRCUMSTANCES: readonly CauseRule[] = [
  u8s8Saturation,
  threadCount,
  kleidiai,
  bf16FastMath,
  fp16Compute,
  integerAddOrder,
  requantizationRounding,
  approximatedTranscendental,
  reductionOrder,
];

/** Those among them that an experiment can prove. */
const PROVABLE: readonly CauseRule[] = [u8s8Saturation, threadCount, kleidiai, bf16FastMath];
const PROOF = 0.95;

/** Rules that say little: they speak when no other does. */
const LAST: readonly CauseRule[] = [brokenKernel, graphOptimization];

const EXPERIMENTS = [
  'x64quantprecision',
  'bf16-fast-math-off',
  'denormals-kept',
  'optimization-disabled',
  'kleidiai-disabled',
  'one-thread',
] as const;

/** Likely causes of what differs, best first; never empty: `unknown` when no rule speaks. */
export function diagnose(evidence: Evidence): readonly CauseFinding[] {
  if (differenceOf(evidence).differing === 0) return [unknown(evidence)];
  const fallback = speaking([silentFallback], evidence);
  const findings = [...causes(evidence), ...fallback].sort(
    (left, right) => right.confidence - left.confidence,
  );
  return findings.length > 0 ? findings : [unknown(evidence)];
}

function causes(evidence: Evidence): readonly CauseFinding[] {
  for (const rule of PATTERNS) {
    const pattern = rule(evidence);
    if (pattern) return [pattern, ...speaking(PROVABLE, evidence).filter(isProof)];
  }
  const circumstances = speaking(CIRCUMSTANCES, evidence);
  if (circumstances.length > 0) return circumstances;
  for (const rule of LAST) {
    const last = rule(evidence);
    if (last) return [last];
  }
  return [];
}

function isProof({ confidence }: CauseFinding): boolean {
  return confidence >= PROOF;
}

function speaking(rules: readonly CauseRule[], evidence: Evidence): readonly CauseFinding[] {
  return rules.map((rule) => rule(evidence)).filter((found) => found !== undefined);
}

function unknown(evidence: Evidence): CauseFinding {
  return finding(evidence, {
    cause: 'unknown',
    confidence: 0,
    title: 'Cause unknown',
    because: ['No rule explains the difference.', ...EXPERIMENTS.map((name) => said(evidence, name))],
    remedy: 'Export the repro (fleetdiff localize --export) and look at the node alone.',
  });
}
