import { createContext } from 'preact';
import { useContext, useEffect, useState } from 'preact/hooks';
import { type BoundEntry, bindEntry } from '../../page-data/decode-page.ts';
import type {
  EntryHead,
  PageHead,
  PageParts,
  Preview,
  TargetDetail,
  TargetHead,
} from '../../page-data/page-data.ts';
import { TARGETS_PER_PART } from '../../page-data/page-data.ts';
import { readPart } from './read-page.ts';

/** The run that this page reports, and its parts as they are read. */
export class Report {
  readonly head: PageHead;
  readonly #parts = new Map<string, Promise<unknown>>();
  /** What has been read, so that a view that asks again does not flicker. */
  readonly #read = new Map<string, unknown>();

  constructor(head: PageHead) {
    this.head = head;
  }

  /** Index of a suite's line for a target; undefined when the run has none. */
  targetIndex(suite: string, target: string): number | undefined {
    const index = this.head.targets.findIndex(
      (each) => each.target === target && this.head.suites[each.suite]?.name === suite,
    );
    return index < 0 ? undefined : index;
  }

  /** The entries of a target, `*` first. */
  sheet(target: TargetHead): readonly { readonly id: number; readonly head: EntryHead }[] {
    return (this.head.sheets[target.sheet] ?? []).map((id) => ({ id, head: this.head.entries[id]! }));
  }

  load<Name extends keyof PageParts>(name: Name): Promise<PageParts[Name] | undefined> {
    const known = this.#parts.get(name);
    if (known !== undefined) return known as Promise<PageParts[Name] | undefined>;
    const reading = readPart(name).then((data) => {
      this.#read.set(name, data);
      return data;
    });
    this.#parts.set(name, reading);
    return reading;
  }

  loaded<Name extends keyof PageParts>(name: Name): PageParts[Name] | undefined {
    return this.#read.get(name) as PageParts[Name] | undefined;
  }
}

export const ReportContext = createContext<Report | undefined>(undefined);

export function useReport(): Report {
  const report = useContext(ReportContext);
  if (report === undefined) throw new Error('A view stands outside of the report.');
  return report;
}

/** `loading`; then the data, or undefined where the page does not hold it. */
export type Loaded<Data> =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly data: Data | undefined };

/** @param name undefined: nothing to read */
export function usePart<Name extends keyof PageParts>(name: Name | undefined): Loaded<PageParts[Name]> {
  const report = useReport();
  const [, redraw] = useState(0);
  useEffect(() => {
    if (name === undefined || report.loaded(name) !== undefined) return;
    let wanted = true;
    report.load(name).then(() => wanted && redraw((times) => times + 1));
    return () => {
      wanted = false;
    };
  }, [report, name]);
  if (name === undefined) return { status: 'ready', data: undefined };
  const data = report.loaded(name);
  if (data !== undefined) return { status: 'ready', data };
  return document.getElementById(`part-${name}`) === null
    ? { status: 'ready', data: undefined }
    : { status: 'loading' };
}

/** @returns `data` undefined: left out of the page to keep it small (`head.leftOut`) */
export function useEntry(
  target: TargetHead,
  targetIndex: number,
  id: number | undefined,
): Loaded<BoundEntry> {
  const report = useReport();
  const part = id === undefined ? undefined : report.head.entries[id]?.part;
  const entries = usePart(part === undefined ? undefined : `entries-${part}`);
  const detail = useTargetDetail(targetIndex);
  if (entries.status === 'loading' || detail.status === 'loading') return { status: 'loading' };
  if (entries.data === undefined || id === undefined) return { status: 'ready', data: undefined };
  const found = entries.data.details[entries.data.ids.indexOf(id)];
  return { status: 'ready', data: found && bindEntry(report.head, target, id, found, detail.data) };
}

export function useTargetDetail(index: number): Loaded<TargetDetail> {
  const part = usePart(`targets-${Math.floor(index / TARGETS_PER_PART)}`);
  if (part.status === 'loading') return part;
  return { status: 'ready', data: part.data?.[index % TARGETS_PER_PART] };
}

/** @param sample `case` or `case#row` */
export function usePreview(suite: number, sample: string): Loaded<Preview> {
  const previews = usePart(`previews-${suite}`);
  if (previews.status === 'loading') return previews;
  const { data } = previews;
  return {
    status: 'ready',
    data: data !== undefined && Object.hasOwn(data, sample) ? data[sample] : undefined,
  };
}
