import { differenceOf } from '../difference.ts';
import { type CauseRule, finding } from '../finding.ts';
import { mended, said } from '../mended.ts';

/**
 * The difference vanishes with graph optimization disabled: a fused or rewritten node makes it. 0.6, so that any rule
 * that knows more leads.
 */
export const graphOptimization: CauseRule = (evidence) => {
  if (differenceOf(evidence).differing === 0 || mended(evidence, 'optimization-disabled') !== 'vanishes') {
    return undefined;
  }
  const { operators } = evidence.island;
  return finding(evidence, {
    cause: 'graph-optimization',
    confidence: 0.6,
    title: 'A graph optimization of the runtime changes the numbers',
    because: [
      said(evidence, 'optimization-disabled'),
      operators.length > 1 ? `The runtime may fuse ${operators.join(', ')} into one kernel.` : undefined,
    ],
    remedy:
      'Set optimization: basic for this delegate and go up from there, or name the optimizer in optimization.disable_specified_optimizers.',
  });
};
