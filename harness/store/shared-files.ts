import type { Comparisons, Determinism, Verdicts } from '../domain/run-files.ts';
import { SHARED_FROM, shareTargets } from './shared-targets.ts';

/** The files of large runs as they are written: what several targets have in common stands once. The schemas read it back. */

export function comparisonsFile({ comparisons, ...rest }: Comparisons): object {
  if (comparisons.length < SHARED_FROM) return { ...rest, comparisons };
  const { targetSets, entries } = shareTargets(comparisons, ['suite'], ['case', 'tensor']);
  return { ...rest, targetSets, comparisons: entries };
}

export function verdictsFile({ verdicts, ...rest }: Verdicts): object {
  if (verdicts.length < SHARED_FROM) return { ...rest, verdicts };
  const { targetSets, entries } = shareTargets(verdicts, ['status', 'suite'], ['case', 'tensor', 'metric']);
  return { ...rest, targetSets, verdicts: entries };
}

export function determinismFile({ targets, ...rest }: Determinism): object {
  const tensors = targets.reduce((sum, each) => sum + each.tensors.length, 0);
  if (tensors < SHARED_FROM) return { ...rest, targets };
  const { targetSets, entries } = shareTargets(targets, ['suite'], []);
  return { ...rest, targetSets, targets: entries };
}
