import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** summary.md for a page that does not lie beside report.html: its links into the report would lead nowhere, and become words. */
export function summaryText(run, exitCode) {
  const file = path.join(run ?? '', 'summary.md');
  if (!run || !existsSync(file))
    return `### fleetdiff gave no report${exitCode ? `: exit code ${exitCode}` : ''}\n`;
  return readFileSync(file, 'utf8').replace(/\[([^\]]*)\]\(report\.html(?:#[^)\s]*)?\)/g, '$1');
}
