import type { Comparison, Verdict } from '../../domain/run-files.ts';
import { type Columns, fromColumns } from './columnar.ts';
import type {
  ElementSample,
  EntryDetail,
  EntryHead,
  FindingHead,
  PageHead,
  PageParts,
  TargetDetail,
  TargetHead,
} from './page-data.ts';

/** An entry as the run's files tell it of one target. */
export interface BoundEntry {
  readonly comparisons: readonly (Comparison & { readonly elements?: ElementSample })[];
  /** The id of one that passes is empty. */
  readonly verdicts: readonly Verdict[];
}

/** @param json what encodePage wrote as `head` */
export function decodeHead(json: unknown): PageHead {
  const head = json as PageHead & Readonly<Record<'targets' | 'entries' | 'findings', Columns>>;
  return {
    ...head,
    targets: fromColumns(head.targets) as TargetHead[],
    entries: fromColumns(head.entries) as EntryHead[],
    findings: fromColumns(head.findings) as FindingHead[],
  };
}

/** @param json what encodePage wrote as `name` */
export function decodePart<Name extends keyof PageParts>(name: Name, json: unknown): PageParts[Name] {
  if (name.startsWith('entries-')) {
    const { ids, details } = json as { ids: number[]; details: Columns };
    return { ids, details: fromColumns(details) as EntryDetail[] } as unknown as PageParts[Name];
  }
  const columns = name.startsWith('targets-') || name.startsWith('pairs-');
  return (columns ? fromColumns(json as Columns) : json) as PageParts[Name];
}

/** @param detail undefined: the ids of its verdicts are not known */
export function bindEntry(
  head: PageHead,
  target: TargetHead,
  id: number,
  entry: EntryDetail,
  detail: TargetDetail | undefined,
): BoundEntry {
  const place = {
    suite: head.suites[target.suite]?.name ?? '',
    target: target.target,
    tensor: head.entries[id]!.tensor,
  };
  const position = head.sheets[target.sheet]?.indexOf(id) ?? -1;
  const ids = [...(detail?.openVerdicts[position] ?? [])];
  return {
    comparisons: entry.comparisons.map((comparison) => ({ ...comparison, ...place })),
    verdicts: entry.verdicts.map((verdict) => ({
      ...verdict,
      ...place,
      rule: head.rules[verdict.rule]!,
      id: verdict.status === 'PASS' ? '' : (ids.shift() ?? ''),
    })),
  };
}
