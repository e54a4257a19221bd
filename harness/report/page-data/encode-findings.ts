import { groupBy } from '../../domain/group-by.ts';
import type { DecidingRule } from '../../domain/run-files.ts';
import { firstDivergenceWords } from '../diagnosis/short-words.ts';
import { changedAnswers, type Finding } from '../findings.ts';
import { headline, proseText, remedyOf, waiverWords } from '../wording.ts';
import type { FindingHead } from './page-data.ts';

/** One finding for all targets that share its entry, in the order of the first. */
export function findingHeads(
  findings: readonly Finding[],
  targetIndex: (finding: Finding) => number,
  entryOf: (finding: Finding) => number,
  ruleIndex: (rule: DecidingRule) => number,
): FindingHead[] {
  return [...groupBy(findings, entryOf)].map(([entry, group]) => {
    const [finding] = group as [Finding];
    const diagnosis = group.find(({ of }) => of.diagnosis !== undefined)?.of.diagnosis;
    const [cause] = diagnosis?.findings ?? [];
    const first = diagnosis && firstDivergenceWords(diagnosis);
    const waiver = waiverWords(finding);
    const remedy = remedyOf(finding);
    const changed = changedAnswers(finding.summary);
    const [verdict] = finding.verdicts;
    return {
      entry,
      targets: group.map(targetIndex),
      status: finding.status,
      headline: headline(finding),
      ...(changed === 0 || finding.summary?.decisions === undefined
        ? {}
        : { changed: { answers: changed, of: finding.summary.decisions.samples } }),
      ...(verdict === undefined ? {} : { rule: ruleIndex(verdict.rule) }),
      ...(waiver === undefined ? {} : { waiver: { ...withoutExpired(waiver.waiver), lead: waiver.lead } }),
      ...(first === undefined ? {} : { firstDivergence: first }),
      ...(cause === undefined
        ? {}
        : { cause: { name: cause.cause, title: proseText(cause.title), remedy: proseText(cause.remedy) } }),
      ...(remedy === undefined ? {} : { remedy }),
    };
  });
}

function withoutExpired({ expired: _expired, ...rule }: DecidingRule & { expired: boolean }): DecidingRule {
  return rule;
}
