import type { Comparisons, Determinism, Verdicts } from '../domain/run-files.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { SHARED_FROM, shareTargets } from './shared-targets.ts';
import { shareVerdicts } from './shared-verdicts.ts';

/** The files of large runs as they are written: what several targets have in common stands once. The schemas read it back. */

export function comparisonsFile({ comparisons, ...rest }: Comparisons): object {
  if (comparisons.length < SHARED_FROM) return { ...rest, comparisons };
  const { targetSets, entries } = shareTargets(comparisons, ['suite'], ['case', 'tensor']);
  return { ...rest, targetSets, comparisons: entries };
}

export function verdictsFile(value: Verdicts): object {
  const { schemaVersion, kind, run, judgedAt, summary, exitCode } = value;
  const head = { schemaVersion, kind, run, judgedAt, summary, exitCode };
  const lists = targetVerdicts(value);
  if (lists.reduce((sum, { said }) => sum + said.length, 0) < SHARED_FROM)
    return { ...head, verdicts: value.verdicts };
  const { targetSets, entries } = shareVerdicts(lists);
  return { ...head, targetSets, verdicts: entries };
}

export function determinismFile({ targets, ...rest }: Determinism): object {
  const tensors = targets.reduce((sum, each) => sum + each.tensors.length, 0);
  if (tensors < SHARED_FROM) return { ...rest, targets };
  const { targetSets, entries } = shareTargets(targets, ['suite'], []);
  return { ...rest, targetSets, targets: entries };
}
