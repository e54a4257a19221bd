import type { PageHead } from '../../../page-data/page-data.ts';
import type { Mark } from '../../parts/status-mark.tsx';
import { markRank } from '../target/tensor-rows.ts';

/** Targets that share an answer: the same bytes, judged the same. */
export interface AnswerGroup {
  readonly entry: number;
  readonly mark: Mark;
  readonly identical: boolean;
  /** Id of the tensor's equivalence class; absent where there is none. */
  readonly class?: string;
  /** Indices in the head's targets. */
  readonly targets: readonly number[];
}

/** All targets of the suite that answered a tensor, grouped by what they answered, worst first. */
export function answerGroups(head: PageHead, suite: number, tensor: string): AnswerGroup[] {
  const entryOfSheet = new Map<number, number | undefined>();
  const entryOf = (sheet: number): number | undefined => {
    if (!entryOfSheet.has(sheet))
      entryOfSheet.set(
        sheet,
        head.sheets[sheet]?.find(
          (id) => head.entries[id]?.tensor === tensor && head.entries[id]?.suite === suite,
        ),
      );
    return entryOfSheet.get(sheet);
  };
  const groups = new Map<string, AnswerGroup & { readonly targets: number[] }>();
  for (const [index, target] of head.targets.entries()) {
    if (target.suite !== suite) continue;
    const entry = entryOf(target.sheet);
    if (entry === undefined) continue;
    const { status, identical, class: own } = head.entries[entry]!;
    const mark: Mark = status ?? (target.role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED');
    const key = `${entry} ${mark}`;
    const group = groups.get(key) ?? {
      entry,
      mark,
      identical,
      targets: [],
      ...(own === undefined ? {} : { class: own }),
    };
    group.targets.push(index);
    groups.set(key, group);
  }
  return [...groups.values()].sort(
    (left, right) => markRank(left.mark) - markRank(right.mark) || right.targets.length - left.targets.length,
  );
}

/** The findings before and after the one that this target has at this entry, in the order of the overview. */
export function neighbours(
  { findings }: Pick<PageHead, 'findings'>,
  entry: number,
  target: number,
): {
  readonly at: number;
  readonly previous?: PageHead['findings'][number];
  readonly next?: PageHead['findings'][number];
} {
  const at = findings.findIndex((finding) => finding.entry === entry && finding.targets.includes(target));
  if (at < 0) return { at };
  const [previous, next] = [findings[at - 1], findings[at + 1]];
  return { at, ...(previous === undefined ? {} : { previous }), ...(next === undefined ? {} : { next }) };
}
