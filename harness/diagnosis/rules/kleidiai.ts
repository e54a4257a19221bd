import { differenceOf } from '../difference.ts';
import { type CauseRule, finding } from '../finding.ts';
import { mended, said } from '../mended.ts';

/** The difference vanishes (0.95), or nearly so (0.8), with Arm's KleidiAI kernels disabled: nothing else was changed. */
export const kleidiai: CauseRule = (evidence) => {
  const tried = mended(evidence, 'kleidiai-disabled');
  if (differenceOf(evidence).differing === 0 || (tried !== 'vanishes' && tried !== 'shrinks'))
    return undefined;
  return finding(evidence, {
    cause: 'kleidiai',
    confidence: tried === 'vanishes' ? 0.95 : 0.8,
    title: 'KleidiAI kernels compute this node in another way',
    because: [
      said(evidence, 'kleidiai-disabled'),
      evidence.island.operators.some((name) => /NBits|Integer/.test(name))
        ? 'For such a node KleidiAI quantizes the activations as well.'
        : undefined,
    ],
    remedy:
      'Set mlas.disable_kleidiai: "1" for this delegate, or accept its error with a budget and a reason.',
  });
};
