import { compareText } from '../../../findings.ts';
import type { FindingHead } from '../../../page-data/page-data.ts';

export interface WaivedUntil {
  /** YYYY-MM-DD, or empty where the waiver names no day. */
  readonly expires: string;
  readonly findings: number;
  readonly owners: readonly string[];
}

/** What is waived, by the last day on which it is; the earliest first. */
export function waivedUntil(findings: readonly FindingHead[]): WaivedUntil[] {
  const groups = new Map<string, { findings: number; owners: Set<string> }>();
  for (const { status, waiver } of findings) {
    if (status !== 'WAIVED') continue;
    const expires = waiver?.expires ?? '';
    const group = groups.get(expires) ?? { findings: 0, owners: new Set() };
    group.findings += 1;
    if (waiver?.owner !== undefined) group.owners.add(waiver.owner);
    groups.set(expires, group);
  }
  return [...groups]
    .map(([expires, group]) => ({ expires, findings: group.findings, owners: [...group.owners] }))
    .sort((left, right) => compareText(left.expires, right.expires));
}
