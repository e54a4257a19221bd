import { ranAsRequested } from '../../domain/placement.ts';
import { type CauseRule, finding } from '../finding.ts';

/**
 * The profile names another provider than the one asked for. 0.5: a fact, and still not always the reason of the
 * difference, so that whatever explains the numbers leads.
 */
export const silentFallback: CauseRule = (evidence) => {
  const { provider, candidate } = evidence;
  const asked = candidate.delegate.provider;
  if (provider === undefined || ranAsRequested(asked, provider)) return undefined;
  return finding(evidence, {
    cause: 'silent-fallback',
    confidence: 0.5,
    title: `The node ran on ${provider}, not on ${asked}`,
    because: [
      `The runtime's profile puts the node on ${provider}; ${asked} was asked for.`,
      'So its numbers are of that provider, and say nothing of the one asked for.',
    ],
    remedy: `Replace operators that ${asked} lacks, or set session.disable_cpu_ep_fallback=1 so that a fallback is an error.`,
  });
};
