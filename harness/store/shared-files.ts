import type {
  Comparison,
  Comparisons,
  Determinism,
  Verdict,
  VerdictBody,
  Verdicts,
} from '../domain/run-files.ts';
import { STATUSES } from '../domain/run-files.ts';
import { targetComparisons } from '../domain/target-comparisons.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { shareLists } from './shared-lists.ts';
import { SHARED_FROM, shareTargets } from './shared-targets.ts';

/** The files of large runs as they are written: what several targets have in common stands once. The schemas read it back. */

export function comparisonsFile(value: Comparisons): object {
  const { schemaVersion, kind, run } = value;
  const head = { schemaVersion, kind, run };
  const lists = targetComparisons(value);
  if (lists.reduce((sum, { measured }) => sum + measured.length, 0) < SHARED_FROM)
    return { ...head, comparisons: value.comparisons };
  const { targetSets, entries } = shareLists<Comparison>(
    lists.map(({ suite, target, measured }) => ({ suite, target, list: measured })),
    ['suite'],
    ['case', 'tensor'],
  );
  return { ...head, targetSets, comparisons: entries };
}

export function verdictsFile(value: Verdicts): object {
  const { schemaVersion, kind, run, judgedAt, summary, exitCode } = value;
  const head = { schemaVersion, kind, run, judgedAt, summary, exitCode };
  const lists = targetVerdicts(value);
  if (lists.reduce((sum, { said }) => sum + said.length, 0) < SHARED_FROM)
    return { ...head, verdicts: value.verdicts };
  const sorted = new Map(lists.map(({ said }) => [said, worstFirst(said)]));
  const { targetSets, entries } = shareLists<Verdict>(
    lists.map(({ suite, target, said }) => ({ suite, target, list: sorted.get(said)! })),
    ['status', 'suite'],
    ['case', 'tensor', 'metric'],
  );
  return { ...head, targetSets, verdicts: worstFirst(entries) };
}

export function determinismFile({ targets, ...rest }: Determinism): object {
  const tensors = targets.reduce((sum, each) => sum + each.tensors.length, 0);
  if (tensors < SHARED_FROM) return { ...rest, targets };
  const { targetSets, entries } = shareTargets(targets, ['suite'], []);
  return { ...rest, targetSets, targets: entries };
}

function worstFirst<Said extends Pick<VerdictBody, 'status'>>(said: readonly Said[]): readonly Said[] {
  return STATUSES.flatMap((status) => said.filter((each) => each.status === status));
}
