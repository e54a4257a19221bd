import type { Columns } from '../../page-data/columnar.ts';
import { fromColumns } from '../../page-data/columnar.ts';
import type {
  EntryDetail,
  EntryHead,
  FindingHead,
  PageHead,
  PageParts,
  TargetHead,
} from '../../page-data/page-data.ts';

/** The element that html/page.ts wrote a part into. */
const elementOf = (name: string): HTMLElement | null => document.getElementById(`part-${name}`);

export async function readHead(): Promise<PageHead> {
  const head = (await readJson('head')) as PageHead & Record<'targets' | 'entries' | 'findings', Columns>;
  return {
    ...head,
    targets: fromColumns(head.targets) as TargetHead[],
    entries: fromColumns(head.entries) as EntryHead[],
    findings: fromColumns(head.findings) as FindingHead[],
  };
}

/** @returns undefined where the page has no such part */
export async function readPart<Name extends keyof PageParts>(
  name: Name,
): Promise<PageParts[Name] | undefined> {
  if (elementOf(name) === null) return undefined;
  const data = await readJson(name);
  if (name.startsWith('entries-')) {
    const { ids, details } = data as { ids: number[]; details: Columns };
    return { ids, details: fromColumns(details) as EntryDetail[] } as unknown as PageParts[Name];
  }
  return (isColumns(name) ? fromColumns(data as Columns) : data) as PageParts[Name];
}

const isColumns = (name: string): boolean => name.startsWith('targets-') || name.startsWith('pairs-');

/** Base64 of deflated JSON. */
async function readJson(name: string): Promise<unknown> {
  const element = elementOf(name);
  if (element === null) throw new Error(`This report is damaged: its part "${name}" is missing.`);
  const bytes = Uint8Array.from(atob(element.textContent ?? ''), (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflated).json();
}
