import type { FindingHead, PageHead, TargetHead } from '../page-data/page-data.ts';
import { type Filters, isFiltered, matchesTarget, movedValues } from './filters.ts';
import { MARK_WORDS, targetMark } from './parts/status-mark.tsx';
import { foldCase, searchWords } from './search-words.ts';

export interface PassedFinding {
  /** Index in `head.findings`. */
  readonly index: number;
  /** Of its targets those that pass, as indices in `head.targets`; never empty unless the finding has none at all. */
  readonly targets: readonly number[];
}

export interface PassedRun {
  /** Indices in `head.targets`, in their order. */
  readonly targets: readonly number[];
  /** Worst first. */
  readonly findings: readonly PassedFinding[];
}

/**
 * What passes the filters. A finding passes on those of its targets on which each word stands in the finding or in the target.
 * A target passes by its own facts, or because a finding passes on it: who looks for a tensor sees the targets that it broke on.
 */
export function filterRun(head: PageHead, filters: Filters): PassedRun {
  if (!isFiltered(filters)) {
    return {
      targets: head.targets.map((_, index) => index),
      findings: head.findings.map(({ targets }, index) => ({ index, targets })),
    };
  }
  const { chosen } = filters;
  const words = wordsFound(head, searchWords(filters.text));
  const isChosen = (values: readonly string[], value: string) =>
    values.length === 0 || values.includes(value);
  const moved = movedValues(head);
  const isPlaced = head.targets.map(
    (target, index) => matchesTarget(head, target, filters) && isChosen(chosen.moved, moved[index] ?? ''),
  );

  const findings = head.findings.flatMap((finding, index): PassedFinding[] => {
    const passes =
      isChosen(chosen.status, finding.status) &&
      isChosen(chosen.tensor, head.entries[finding.entry]?.tensor ?? '') &&
      isChosen(chosen.cause, finding.cause?.name ?? '');
    if (!passes) return [];
    const targets = finding.targets.filter(
      (target) =>
        isPlaced[target] && words.every(({ findings, targets }) => findings[index] || targets[target]),
    );
    const isNobodys = finding.targets.length === 0 && words.every(({ findings }) => findings[index]);
    return targets.length === 0 && !isNobodys ? [] : [{ index, targets }];
  });

  const broke = new Set(findings.flatMap(({ targets }) => targets));
  const byStatus = statusFilter(head, filters);
  const targets = head.targets.flatMap((target, index) => {
    const passes =
      broke.has(index) ||
      (isPlaced[index] &&
        isChosen(chosen.cause, target.cause?.name ?? '') &&
        words.every(({ targets }) => targets[index]) &&
        byStatus(target));
    return passes ? [index] : [];
  });
  return { targets, findings };
}

/** By the target's own status; with tensors chosen, by the status of those. */
function statusFilter(
  head: PageHead,
  { chosen: { status, tensor } }: Filters,
): (target: TargetHead) => boolean {
  if (tensor.length === 0) {
    return (target) => status.length === 0 || status.includes(targetMark(target));
  }
  return (target) =>
    (head.sheets[target.sheet] ?? []).some((id) => {
      const entry = head.entries[id]!;
      return (
        tensor.includes(entry.tensor) &&
        (status.length === 0 || status.includes(entry.status ?? targetMark(target)))
      );
    });
}

interface WordFound {
  readonly targets: readonly boolean[];
  readonly findings: readonly boolean[];
}

function wordsFound(head: PageHead, words: readonly string[]): WordFound[] {
  if (words.length === 0) return [];
  const { targets, findings } = textsOf(head);
  return words.map((word) => ({
    targets: targets.map((text) => text.includes(word)),
    findings: findings.map((text) => text.includes(word)),
  }));
}

interface Texts {
  readonly targets: readonly string[];
  readonly findings: readonly string[];
}

const texts = new WeakMap<PageHead, Texts>();

/** Made once for a page: every key that is pressed looks through them. */
function textsOf(head: PageHead): Texts {
  const known = texts.get(head);
  if (known !== undefined) return known;
  const made = {
    targets: head.targets.map((target) => foldCase(targetText(head, target))),
    findings: head.findings.map((finding) => foldCase(findingText(head, finding))),
  };
  texts.set(head, made);
  return made;
}

/** No word reaches over a line's end. */
function targetText(head: PageHead, target: TargetHead): string {
  const tensors = new Set((head.sheets[target.sheet] ?? []).map((id) => head.entries[id]!.tensor));
  return [
    ...tensors,
    target.target,
    target.soc,
    target.os,
    target.emulator,
    target.runtime,
    target.provider,
    ...target.tags,
    head.suites[target.suite]?.name,
    MARK_WORDS[targetMark(target)],
    target.headline,
    target.cause?.name,
    target.cause?.title,
  ].join('\n');
}

function findingText(head: PageHead, finding: FindingHead): string {
  const { headline, firstDivergence, cause, remedy, waiver } = finding;
  return [
    head.entries[finding.entry]?.tensor,
    MARK_WORDS[finding.status],
    headline,
    firstDivergence,
    cause?.name,
    cause?.title,
    cause?.remedy,
    remedy,
    waiver?.reason,
    waiver?.owner,
  ].join('\n');
}
