import type { ReportInput } from '../../harness/report/report-input.ts';
import { DEFAULT_FLEET } from './sample-fleet.ts';
import { withHistory } from './sample-history.ts';
import { sampleRun } from './sample-run.ts';

/** Names that a device, a model file or a budget could carry. */
export const HOSTILE = {
  image: '<img src=x onerror=alert(1)>',
  script: '</script><script>alert(1)</script>',
  attribute: '"><b onmouseover=alert(1)>',
  bidi: 'safe\u202egnp.exe',
  escape: '\u001b[2J\u001b[31mgone',
  formula: '=HYPERLINK("http://x")',
  markdown: '[x](http://x) | `y` @everyone #1',
  long: 'n'.repeat(10_000),
} as const;

/** The sample with hostile names wherever text comes from outside. */
export function hostileRun(): ReportInput {
  const names = Object.values(HOSTILE);
  const haswell = DEFAULT_FLEET.find((target) => target.device === 'haswell')!;
  const fleet = names.flatMap((name, n) => [
    { ...haswell, device: `d${n}`, delegate: name, soc: name, emulator: name, classId: name },
    { ...haswell, device: `f${n}`, delegate: name, soc: name, capture: 'failed' as const },
  ]);
  const run = sampleRun({
    fleet,
    suite: `${HOSTILE.image}${HOSTILE.bidi}`,
    rule: { file: HOSTILE.attribute, line: 3, reason: names.join(' '), owner: HOSTILE.script },
  });
  const hostileCaptures = run.captures.map((capture, n) =>
    capture.status === 'failed' ? { ...capture, reason: names[n >> 1]! } : capture,
  );
  const verdicts = run.verdicts.verdicts.map((verdict, n) =>
    verdict.status === 'INCOMPLETE' ? { ...verdict, message: names[n % names.length]! } : verdict,
  );
  const judged = { ...run, captures: hostileCaptures, verdicts: { ...run.verdicts, verdicts } };
  return withHistory(judged, {
    suite: run.plan.suites[0]!.name,
    target: hostileCaptures.find(({ status }) => status === 'captured')!.target,
    tensor: 'logits',
    runtime: names.join(' '),
    run: names.join(' '),
  });
}
