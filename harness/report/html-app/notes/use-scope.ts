import { useEffect, useMemo, useState } from 'preact/hooks';
import { type FindingHead, TARGETS_PER_PART } from '../../page-data/page-data.ts';
import { useReport } from '../data/report.ts';
import type { NamedTarget, WaiverScope } from './waiver-matches.ts';
import { sharedIsa } from './waiver-matches.ts';

/** What a waiver of a finding can be narrowed to. */
export interface FindingScope extends WaiverScope {
  readonly targets: readonly NamedTarget[];
  /** The suite's budgets.yml. */
  readonly budgets?: string;
  /** That all of the targets bear. */
  readonly tags: readonly string[];
  /** Features that the targets share; empty where they share none or did not report any. */
  readonly isa: string;
}

export function useScope(finding: FindingHead): FindingScope {
  const report = useReport();
  const [isa, setIsa] = useState('');
  const { head } = report;
  useEffect(() => {
    let wanted = true;
    featuresOf(finding.targets, async (part) => report.load(`targets-${part}`)).then(
      (features) => wanted && setIsa(sharedIsa(features)),
    );
    return () => {
      wanted = false;
    };
  }, [report, finding]);
  return useMemo(() => {
    const { tensor, suite: index } = head.entries[finding.entry]!;
    const suite = head.suites[index];
    const targets = finding.targets.map((target) => head.targets[target]!);
    const shared = head.suites.filter(({ budgets }) => budgets === suite?.budgets).length > 1;
    const [first, ...others] = targets;
    return {
      tensor,
      targets,
      isa,
      tags: (first?.tags ?? []).filter((tag) => others.every(({ tags }) => tags.includes(tag))),
      ...(suite?.budgets === undefined ? {} : { budgets: suite.budgets }),
      ...(suite !== undefined && shared ? { suite: suite.name } : {}),
    };
  }, [head, finding, isa]);
}

type Details = readonly {
  readonly capture?: {
    readonly status: string;
    readonly provenance?: { readonly device: { readonly isa: readonly string[] } };
  };
}[];

/** Of each target that reported features. */
async function featuresOf(
  targets: readonly number[],
  load: (part: number) => Promise<Details | undefined>,
): Promise<readonly string[][]> {
  const features = await Promise.all(
    targets.map(async (target) => {
      const details = await load(Math.floor(target / TARGETS_PER_PART));
      return [...(details?.[target % TARGETS_PER_PART]?.capture?.provenance?.device.isa ?? [])];
    }),
  );
  return features.some((own) => own.length === 0) ? [] : features;
}
