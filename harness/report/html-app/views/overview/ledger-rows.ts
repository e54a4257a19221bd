import { compareText } from '../../../findings.ts';
import type { PageHead, TargetHead } from '../../../page-data/page-data.ts';
import { markRank, targetMark } from '../../parts/status-mark.tsx';

export const LEDGER_SORTS = [
  'status',
  'target',
  'suite',
  'soc',
  'system',
  'changed',
  'class',
  'cause',
  'capture',
] as const;
export type LedgerSort = (typeof LEDGER_SORTS)[number];

export interface LedgerRow {
  readonly target: TargetHead;
  readonly suite: string;
  /** An emulator where there is one, else the operating system. */
  readonly system: string;
  /** Answers that changed, of how many; undefined without a task, or where nothing changed. */
  readonly changed?: { readonly answers: number; readonly of: number };
  readonly classId?: string;
  readonly isReferenceClass: boolean;
  readonly classIndex: number;
}

/** @param targets indices in `head.targets` */
export function ledgerRows(head: PageHead, targets: readonly number[]): LedgerRow[] {
  const changed = changedAnswers(head);
  return targets.map((index) => {
    const target = head.targets[index]!;
    const own = target.class === undefined ? undefined : head.suites[target.suite]?.classes[target.class];
    const answers = changed.get(index);
    return {
      target,
      suite: head.suites[target.suite]?.name ?? '',
      system: target.emulator ?? target.os ?? '',
      isReferenceClass: own?.reference ?? false,
      classIndex: target.class ?? 0,
      ...(answers === undefined ? {} : { changed: answers }),
      ...(own === undefined ? {} : { classId: own.id }),
    };
  });
}

/** Of each target the finding with most changed answers. */
function changedAnswers(
  head: PageHead,
): ReadonlyMap<number, { readonly answers: number; readonly of: number }> {
  const changed = new Map<number, { readonly answers: number; readonly of: number }>();
  for (const { changed: own, targets } of head.findings) {
    if (own === undefined) continue;
    for (const target of targets) {
      if ((changed.get(target)?.answers ?? 0) < own.answers) changed.set(target, own);
    }
  }
  return changed;
}

/** Ties keep the run's order. */
export function sortedRows(rows: readonly LedgerRow[], by: LedgerSort, descending: boolean): LedgerRow[] {
  const sign = descending ? -1 : 1;
  return [...rows].sort((left, right) => sign * compareRows(left, right, by));
}

function compareRows(left: LedgerRow, right: LedgerRow, by: LedgerSort): number {
  if (by === 'status') return markRank(targetMark(left.target)) - markRank(targetMark(right.target));
  if (by === 'changed') return (left.changed?.answers ?? 0) - (right.changed?.answers ?? 0);
  return compareText(textOf(left, by), textOf(right, by));
}

function textOf(
  { target, suite, system, classId }: LedgerRow,
  by: Exclude<LedgerSort, 'status' | 'changed'>,
): string {
  switch (by) {
    case 'target':
      return target.target;
    case 'suite':
      return suite;
    case 'soc':
      return target.soc;
    case 'system':
      return system;
    // What has none comes last.
    case 'class':
      return classId ?? '\uffff';
    case 'cause':
      return target.cause?.title ?? '\uffff';
    case 'capture':
      return target.capture;
  }
}
