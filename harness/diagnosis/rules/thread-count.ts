import { differenceOf } from '../difference.ts';
import { type CauseRule, finding } from '../finding.ts';
import { mended, said } from '../mended.ts';

/** The difference vanishes with one thread. 0.95: only the number of threads was changed. */
export const threadCount: CauseRule = (evidence) => {
  if (differenceOf(evidence).differing === 0 || mended(evidence, 'one-thread') !== 'vanishes')
    return undefined;
  const { threads } = evidence.candidate.delegate;
  return finding(evidence, {
    cause: 'thread-count',
    confidence: 0.95,
    title: 'The answer depends on the number of threads',
    because: [
      said(evidence, 'one-thread'),
      `The delegate asks for ${threads}; the runtime cuts the work by their number.`,
    ],
    remedy:
      'Set threads: 1 where bits must repeat, or allow the rounding of another cut (a few ULP) at this tensor.',
  });
};
