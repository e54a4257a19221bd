// One process of several that append to one history: node append-night.mjs FILE FIRST COUNT, after `npm run build`.
import { appendRuns } from '../../dist/history/append-run.js';
import { withHistory } from '../../dist/history/open-history.js';

const [file, first, count] = process.argv.slice(2);
for (let n = Number(first); n < Number(first) + Number(count); n++) {
  const at = new Date(Date.UTC(2026, 0, 1 + n)).toISOString();
  const run = { run: `p-${n}`, plannedAt: at, judgedAt: at, planHash: 'p', harness: '0', exitCode: 0 };
  await withHistory(file, (connection) =>
    appendRuns(connection, [{ ...run, targets: [], environments: [], answers: [], verdicts: [] }]),
  );
}
