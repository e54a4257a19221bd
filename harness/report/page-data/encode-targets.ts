import { fallbackNodes, ranAsRequested } from '../../domain/placement.ts';
import { summarizePlacement } from '../../domain/placement-summary.ts';
import type { Capture, Placement, Verdict } from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import type { Finding } from '../findings.ts';
import type { SuiteTarget } from '../suite-targets.ts';
import { headline } from '../wording.ts';
import type { Entry } from './encode-entries.ts';
import type { ClassHead, TargetDetail, TargetHead } from './page-data.ts';
import { roundNumbers } from './round-numbers.ts';

/** Nodes that ran elsewhere, in a target's view. */
const MOST_NODES = 200;
/** Unstable cases of a tensor that are named. */
const MOST_CASES = 20;

export function targetHeads(
  targets: readonly SuiteTarget[],
  findings: readonly Finding[],
  suiteIndex: ReadonlyMap<string, number>,
  classesOf: readonly (readonly ClassHead[])[],
  sheetOf: readonly number[],
): TargetHead[] {
  // Findings come worst first: the first one of a target is what its line says.
  const headlines = new Map<SuiteTarget, string>();
  for (const finding of findings)
    if (!headlines.has(finding.of)) headlines.set(finding.of, headline(finding));
  const classIndex = classesOf.map(
    (classes) => new Map(classes.flatMap(({ targets: own }, index) => own.map((target) => [target, index]))),
  );

  return targets.map((target, index) => {
    const { capture, device, diagnosis } = target;
    const suite = suiteIndex.get(target.suite) ?? -1;
    const slash = target.target.indexOf('/');
    const facts = capture?.status === 'captured' ? capture.provenance.device : undefined;
    const [cause] = diagnosis?.findings ?? [];
    const delegate = device?.delegates.find(({ name }) => `${device.name}/${name}` === target.target);
    const runtime =
      facts === undefined ? delegate?.runtime : `${facts.runtime.name} ${facts.runtime.version}`;
    const words = headlines.get(target);
    const equivalence = classIndex[suite]?.get(index);
    return {
      suite,
      target: target.target,
      device: device?.name ?? target.target.slice(0, Math.max(0, slash)),
      delegate: delegate?.name ?? target.target.slice(slash + 1),
      soc: facts?.soc ?? device?.soc ?? 'unknown',
      tags: device?.tags ?? [],
      role: target.role,
      capture: capture?.status ?? 'missing',
      sheet: sheetOf[index]!,
      ...(facts === undefined ? {} : { os: facts.os }),
      ...(facts?.emulator === undefined ? {} : { emulator: facts.emulator }),
      ...(runtime === undefined ? {} : { runtime }),
      ...(delegate === undefined ? {} : { provider: delegate.provider }),
      ...(target.status === undefined ? {} : { status: target.status }),
      ...(words === undefined ? {} : { headline: words }),
      ...(equivalence === undefined ? {} : { class: equivalence }),
      ...(cause === undefined ? {} : { cause: { name: cause.cause, title: cause.title } }),
      ...(capture?.status === 'captured'
        ? { fallbacks: toJsonNumber(fallbackNodes(capture.placement)) }
        : {}),
    };
  });
}

/** @param sheet the entries of the target, in order */
export function targetDetail(target: SuiteTarget, sheet: readonly Entry[]): TargetDetail {
  const { capture, determinism, diagnosis } = target;
  const ids = new Map(target.open.map((verdict) => [subjectOf(verdict), verdict.id]));
  const open = sheet.map(({ head, verdicts }) =>
    verdicts
      .filter(({ status }) => status !== 'PASS')
      .map((verdict) => ids.get(subjectOf({ ...verdict, tensor: head.tensor })) ?? ''),
  );
  return {
    openVerdicts: open,
    ...(capture === undefined ? {} : { capture: withoutBulk(capture) }),
    ...(capture?.status === 'captured' ? placementOf(capture.placement) : {}),
    ...(determinism === undefined ? {} : { determinism: withFewCases(determinism) }),
    ...(diagnosis === undefined ? {} : { diagnosis: roundNumbers(diagnosis, 7) }),
  };
}

/** The names of some unstable cases; how many there are is in determinism.json. */
function withFewCases(
  determinism: NonNullable<TargetDetail['determinism']>,
): TargetDetail['determinism'] & object {
  const tensors = determinism.tensors.map((each) => ({ ...each, cases: each.cases.slice(0, MOST_CASES) }));
  return { ...determinism, tensors };
}

/** What tells the verdicts of one target apart. */
function subjectOf({ tensor, case: name, metric }: Pick<Verdict, 'tensor' | 'case' | 'metric'>): string {
  return JSON.stringify([tensor, name, metric]);
}

function withoutBulk(capture: Capture): NonNullable<TargetDetail['capture']> {
  if (capture.status !== 'captured') return capture;
  const { cases: _cases, placement: _placement, ...rest } = capture;
  return rest;
}

/** Targets whose nodes ran alike hold one placement: it is summarized once. */
const summaries = new WeakMap<Placement, Pick<TargetDetail, 'placement' | 'elsewhere'>>();

function placementOf(placement: Placement): Pick<TargetDetail, 'placement' | 'elsewhere'> {
  const known = summaries.get(placement);
  if (known !== undefined) return known;
  const elsewhere = placement.nodes.filter(({ provider }) => !ranAsRequested(placement.requested, provider));
  const summary = {
    placement: summarizePlacement(placement),
    ...(elsewhere.length === 0 ? {} : { elsewhere: elsewhere.slice(0, MOST_NODES) }),
  };
  summaries.set(placement, summary);
  return summary;
}
