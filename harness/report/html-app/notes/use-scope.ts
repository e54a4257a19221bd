import { useMemo } from 'preact/hooks';
import type { FindingHead, TargetDetail } from '../../page-data/page-data.ts';
import { useReport } from '../data/report.ts';
import { useTargetDetails } from '../data/use-target-details.ts';
import type { NamedTarget, WaiverScope } from './waiver-matches.ts';
import { sharedIsa } from './waiver-matches.ts';

/** What a waiver of a finding can be narrowed to. */
export interface FindingScope extends WaiverScope {
  readonly targets: readonly NamedTarget[];
  /** The suite's budgets.yml. */
  readonly budgets?: string;
  /** That all of the targets bear. */
  readonly tags: readonly string[];
  /** Features that the targets share; empty where they share none or one did not report any. */
  readonly isa: string;
}

export function useScope(finding: FindingHead): FindingScope {
  const { head } = useReport();
  const details = useTargetDetails(finding.targets);
  return useMemo(() => {
    const { tensor, suite: index } = head.entries[finding.entry]!;
    const suite = head.suites[index];
    const targets = finding.targets.map((target) => head.targets[target]!);
    const shared = head.suites.filter(({ budgets }) => budgets === suite?.budgets).length > 1;
    const [first, ...others] = targets;
    return {
      tensor,
      targets,
      isa: isaOf(details ?? []),
      tags: (first?.tags ?? []).filter((tag) => others.every(({ tags }) => tags.includes(tag))),
      ...(suite?.budgets === undefined ? {} : { budgets: suite.budgets }),
      ...(suite !== undefined && shared ? { suite: suite.name } : {}),
    };
  }, [head, finding, details]);
}

function isaOf(details: readonly (TargetDetail | undefined)[]): string {
  const features = details.map((detail) =>
    detail?.capture?.status === 'captured' ? detail.capture.provenance.device.isa : [],
  );
  return features.some((own) => own.length === 0) ? '' : sharedIsa(features);
}
