// node annotate.mjs FINDINGS.SARIF [FOLDER]: the worst findings as annotations of the job. FOLDER: where fleetdiff ran, from
// the repository's root.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** Of each kind, GitHub shows no more of one step. */
const MOST = 10;

const [file, folder = '.'] = process.argv.slice(2);
const findings = JSON.parse(readFileSync(file, 'utf8')).runs.flatMap(({ results = [] }) => results);

// A waived finding is a note: it has nothing to ask of the author.
for (const level of ['error', 'warning']) {
  const all = findings.filter((finding) => finding.level === level);
  for (const finding of all.slice(0, MOST)) console.log(annotation(level, finding));
  if (all.length > MOST) {
    console.log(`${all.length - MOST} more findings of level ${level}: see the step summary and report.html`);
  }
}

function annotation(level, { ruleId, message, locations = [] }) {
  const properties = [...place(locations[0]?.physicalLocation), `title=${property(`fleetdiff: ${ruleId}`)}`];
  return `::${level} ${properties.join(',')}::${data(unbraced(message.text))}`;
}

/** A file outside the repository has no place on its pages. */
function place({ artifactLocation, region } = {}) {
  const { uri } = artifactLocation ?? {};
  if (uri === undefined || /^[a-z][a-z0-9+.-]*:/i.test(uri)) return [];
  const inRepository = path.posix.join(folder, decodeURIComponent(uri));
  if (inRepository.startsWith('../')) return [];
  return [`file=${property(inRepository)}`, ...(region ? [`line=${Number(region.startLine)}`] : [])];
}

/** SARIF 2.1.0, 3.11.5: a brace of the text is written twice. */
function unbraced(text) {
  return text.replaceAll('{{', '{').replaceAll('}}', '}');
}

/** As actions/toolkit does, packages/core/src/command.ts. */
function data(text) {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text) {
  return data(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
