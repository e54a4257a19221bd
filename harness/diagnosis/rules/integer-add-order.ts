import { pooledDifferenceOf } from '../difference.ts';
import type { Evidence } from '../evidence.ts';
import { type CauseRule, finding } from '../finding.ts';
import { mended, said } from '../mended.ts';
import { isOneStep, tieBreakOf } from '../rounding-pattern.ts';

/**
 * One step, at a quantized Add. 0.95 when it vanishes with optimization disabled; 0.7 when nobody tried; silent when it stays,
 * or when nobody tried and ties alone differ.
 */
export const integerAddOrder: CauseRule = (evidence) => {
  if (!isIntegerAdd(evidence) || !isOneStep(pooledDifferenceOf(evidence))) return undefined;
  const unfused = mended(evidence, 'optimization-disabled');
  if (unfused === 'stays') return undefined;
  if (unfused === 'untried' && tieBreakOf(pooledDifferenceOf(evidence))) return undefined;
  return finding(evidence, {
    cause: 'integer-add-order',
    confidence: unfused === 'vanishes' ? 0.95 : 0.7,
    title: 'The integer Add computes in another order',
    because: [
      'No element is off by more than one step.',
      'A fused Add rescales both terms in one expression, whose order of rounding depends on the kernel.',
      said(evidence, 'optimization-disabled'),
    ],
    remedy: 'Allow one step at this tensor (max_steps: 1) when top-1 does not change.',
  });
};

/** An Add between quantizers, or one that is fused already. */
export function isIntegerAdd({ island }: Evidence): boolean {
  const { opType, operators } = island;
  return opType === 'QLinearAdd' || (opType === 'Add' && operators.includes('QuantizeLinear'));
}
