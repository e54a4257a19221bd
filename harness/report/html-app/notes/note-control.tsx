import type { FindingHead } from '../../page-data/page-data.ts';
import { useReport } from '../data/report.ts';

/** What the reviewer says about a finding: seen, a comment, accepted until. Place it below the finding's words, once per finding. */
export function FindingNote({ finding }: { readonly finding: FindingHead }) {
  return <div class="note">{finding.headline}</div>;
}

/**
 * The same where an entry is shown for one target (the tensor view); nothing where the entry is no finding.
 * @param props.entry id of the entry: index in `head.entries`
 * @param props.target index in `head.targets`
 */
export function EntryNote({ entry, target }: { readonly entry: number; readonly target: number }) {
  const { head } = useReport();
  const finding = head.findings.find((each) => each.entry === entry && each.targets.includes(target));
  return finding === undefined ? null : <FindingNote finding={finding} />;
}
