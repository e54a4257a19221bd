import { differenceOf, pooledDifferenceOf } from '../difference.ts';
import { type CauseRule, finding, percent } from '../finding.ts';
import { mended, said } from '../mended.ts';
import { isOneStep, tieBreakOf } from '../rounding-pattern.ts';
import { isIntegerAdd } from './integer-add-order.ts';

/** Share of the elements from which on one-sided steps are no ties any more. */
const TRUNCATES = 0.25;

/**
 * One step, at a node that quantizes. 0.95 when the differences show how ties are broken; 0.85 when they vanish with
 * optimization disabled, so that the fused integer kernel rounds its own way; else 0.7. Silent at an integer Add,
 * unless ties show or an experiment has excluded the order of its terms.
 */
export const requantizationRounding: CauseRule = (evidence) => {
  const pool = pooledDifferenceOf(evidence);
  if (!isOneStep(pool) || !evidence.island.operators.some((name) => /Quant|QLinear|^QGemm/.test(name))) {
    return undefined;
  }
  const ties = tieBreakOf(pool);
  const unfused = mended(evidence, 'optimization-disabled');
  if (isIntegerAdd(evidence) && unfused !== 'stays' && !(ties && unfused === 'untried')) return undefined;
  const { differing, count, negative } = differenceOf(evidence);
  const below = Math.max(negative, differing - negative) === differing && differing >= TRUNCATES * count;
  return finding(evidence, {
    cause: 'requantization-rounding',
    confidence: ties ? 0.95 : unfused === 'vanishes' ? 0.85 : 0.7,
    title: ties
      ? `Ties are rounded ${ties}, not to even`
      : 'A requantized value falls on the other side of a rounding boundary',
    because: [
      ties
        ? `Where the two differ the reference is even and the candidate its odd neighbour ${ties === 'away from zero' || ties === 'toward zero' ? ties : `one step ${ties}`}: that is what ties do.`
        : 'No element is off by more than one step.',
      below
        ? `All errors have one sign, in ${percent(differing / count)} of the elements: the candidate cuts off instead of rounding.`
        : undefined,
      said(evidence, 'optimization-disabled'),
    ],
    remedy: below
      ? 'Report it to the maker of the runtime: quantizing must round to nearest.'
      : 'Allow one step at this tensor (max_steps: 1) when top-1 does not change; it is how the device rounds, no defect of the model.',
  });
};
