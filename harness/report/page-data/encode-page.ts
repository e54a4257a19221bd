import { deflateRawSync } from 'node:zlib';
import { baselineWords } from '../baseline-words.ts';
import type { Finding } from '../findings.ts';
import { type Overview, overviewOf } from '../overview.ts';
import type { ReportInput } from '../report-input.ts';
import { pairKey, statusRank } from '../suite-targets.ts';
import { classPairsOf } from './class-pairs.ts';
import { toColumns } from './columnar.ts';
import { elementSamples } from './element-samples.ts';
import { checkHead } from './encode-check.ts';
import { type Entries, type Entry, entriesOf, entryDetail, Numbering } from './encode-entries.ts';
import { findingHeads } from './encode-findings.ts';
import { movedHead, trendLines } from './encode-history.ts';
import { suiteHeads, tensorClasses } from './encode-suites.ts';
import { targetDetail, targetHeads } from './encode-targets.ts';
import type { EntryDetail, PageHead, PageParts } from './page-data.ts';
import { TARGETS_PER_PART } from './page-data.ts';
import { MOST_CHARACTERS, previewsOf } from './previews.ts';
import { shownSamples } from './shown-samples.ts';

/** Base64 of deflated JSON, by the part's name; `head` is the page's head. */
export type EncodedParts = ReadonlyMap<string, string>;

export interface EncodedPage {
  readonly overview: Overview;
  readonly parts: EncodedParts;
}

/** Characters of all entries together, so that a report of 1,000 targets × 300 tensors stays under 8 MB. */
const MOST_ENTRY_CHARACTERS = 3_600_000;
/** Of the JSON behind one part of entries: small enough to open at once, large enough to compress. */
const PART_CHARACTERS = 250_000;

/** Everything that the page holds. The same input gives the same characters. */
export async function encodePage(input: ReportInput): Promise<EncodedPage> {
  const overview = overviewOf(input);
  const { targets, findings } = overview;
  const suiteIndex = new Map(input.plan.suites.map(({ name }, index) => [name, index]));
  const found = entriesOf(input, targets, suiteIndex);
  const rules = new Numbering<Entries['rules'][number]>((rule) => JSON.stringify(rule));
  for (const rule of found.rules) rules.of(rule);

  const parts = new Map<string, string>();
  const order = worstFirst(found.entries);
  const samples = await elementSamples(
    input.loadElements,
    order.map((id) => found.entries[id]!),
  );
  const { partOf, leftOut } = addEntries(parts, order, (id) =>
    entryDetail(found.entries[id]!, (rule) => rules.of(rule), samples),
  );
  addTargets(parts, overview, found);
  for (const [index, { name }] of input.plan.suites.entries()) {
    addPart(parts, `classes-${index}`, tensorClasses(input, name, targets));
    addPart(parts, `pairs-${index}`, toColumns(classPairsOf(input, name)));
    const samples = shownSamples(
      order.map((id) => found.entries[id]!),
      index,
    );
    addPart(
      parts,
      `previews-${index}`,
      await previewsOf(input.loadInput, name, samples, MOST_CHARACTERS / input.plan.suites.length),
    );
  }

  const trends = trendLines(input, targets);
  if (trends !== undefined) addPart(parts, 'trends', trends);
  const moved = movedHead(input, targets);
  const suites = suiteHeads(input, targets);
  const head: PageHead = {
    ...runHead(input, overview),
    ...(moved === undefined ? {} : { moved }),
    suites,
    targets: targetHeads(
      targets,
      findings,
      suiteIndex,
      suites.map(({ classes }) => classes),
      found.sheetOf,
    ),
    entries: found.entries.map(({ head: entry }, index) => {
      const part = partOf.get(index);
      return part === undefined ? entry : { ...entry, part };
    }),
    sheets: found.sheets,
    findings: findingHeads(findings, targetOf(overview), entryOf(overview, found), (rule) => rules.of(rule)),
    rules: rules.all,
    leftOut,
  };
  const tables = {
    targets: toColumns(head.targets),
    entries: toColumns(head.entries),
    findings: toColumns(head.findings),
  };
  addPart(parts, 'head', { ...head, ...tables });
  return { overview, parts };
}

function runHead(
  input: ReportInput,
  overview: Overview,
): Pick<
  PageHead,
  | 'run'
  | 'folder'
  | 'plannedAt'
  | 'judgedAt'
  | 'harness'
  | 'sentence'
  | 'baseline'
  | 'outcome'
  | 'check'
  | 'exitCode'
  | 'coverage'
  | 'summary'
  | 'timings'
  | 'repeats'
> {
  const { plan, folder = `reports/${plan.run}`, verdicts, timings } = input;
  const { sentence, outcome, coverage } = overview;
  const check = checkHead(input, overview);
  return {
    run: plan.run,
    folder,
    plannedAt: plan.createdAt,
    judgedAt: verdicts.judgedAt,
    harness: plan.harness.version,
    sentence,
    outcome,
    ...(check === undefined ? {} : { check }),
    baseline: baselineWords(verdicts),
    exitCode: verdicts.exitCode,
    coverage,
    summary: verdicts.summary,
    repeats: plan.repeats,
    ...(timings === undefined ? {} : { timings }),
  };
}

/** Worst first, until the page would become too large: what is left out then is what matters least. */
function addEntries(
  parts: Map<string, string>,
  order: readonly number[],
  detailOf: (id: number) => EntryDetail,
): { partOf: ReadonlyMap<number, number>; leftOut: number } {
  const partOf = new Map<number, number>();
  let [characters, part, next] = [0, 0, 0];
  while (next < order.length && characters < MOST_ENTRY_CHARACTERS) {
    const ids: number[] = [];
    const details: EntryDetail[] = [];
    for (let size = 0; size < PART_CHARACTERS && next < order.length; next++) {
      const id = order[next]!;
      const detail = detailOf(id);
      size += JSON.stringify(detail).length;
      ids.push(id);
      details.push(detail);
      partOf.set(id, part);
    }
    characters += addPart(parts, `entries-${part}`, { ids, details: toColumns(details) });
    part += 1;
  }
  return { partOf, leftOut: order.length - next };
}

function worstFirst(entries: readonly Entry[]): number[] {
  const ids = entries.map((_, id) => id);
  return ids.sort((left, right) => badness(entries[right]!) - badness(entries[left]!) || left - right);
}

/** By status, then by what differs at all. */
function badness({ head }: Entry): number {
  const rank = head.status === undefined ? -1 : statusRank(head.status);
  return -2 * rank - (head.identical ? 1 : 0);
}

function addTargets(
  parts: Map<string, string>,
  { targets }: Overview,
  { entries, sheets, sheetOf }: Entries,
): void {
  for (let start = 0; start < targets.length; start += TARGETS_PER_PART) {
    const details = targets.slice(start, start + TARGETS_PER_PART).map((target, offset) =>
      targetDetail(
        target,
        sheets[sheetOf[start + offset]!]!.map((entry) => entries[entry]!),
      ),
    );
    addPart(parts, `targets-${start / TARGETS_PER_PART}`, toColumns(details));
  }
}

function targetOf({ targets }: Overview): (finding: Finding) => number {
  const indices = new Map(targets.map((target, index) => [target, index]));
  return ({ of }) => indices.get(of) ?? -1;
}

function entryOf({ targets }: Overview, { entries, sheets, sheetOf }: Entries): (finding: Finding) => number {
  const sheetsOfTargets = new Map(
    targets.map((target, index) => [pairKey(target), sheets[sheetOf[index]!]!]),
  );
  return ({ of, tensor }) =>
    sheetsOfTargets.get(pairKey(of))?.find((entry) => entries[entry]!.head.tensor === tensor) ?? -1;
}

function addPart(parts: Map<string, string>, name: keyof PageParts | 'head', data: unknown): number {
  const encoded = deflateRawSync(JSON.stringify(data), { level: 9 }).toString('base64');
  parts.set(name, encoded);
  return encoded.length;
}
