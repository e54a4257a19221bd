import { count } from '../../../format-number.ts';
import type { TargetDetail, TargetHead } from '../../../page-data/page-data.ts';
import { Copyable } from '../../parts/copy-button.tsx';
import { Prose } from '../../parts/name.tsx';

/** Why there is nothing to compare, and what would help. */
export function CaptureGap({
  target,
  capture,
}: {
  readonly target: TargetHead;
  readonly capture: TargetDetail['capture'];
}) {
  if (target.capture === 'captured') return null;
  return (
    <section>
      <h2>{TITLES[target.capture]}</h2>
      {capture?.status === 'failed' ? (
        <>
          <p>
            <Prose>{capture.reason}</Prose>
          </p>
          <p class="quiet">
            Given up after {count(capture.attempts, 'attempt')}. log.ndjson and appium.log beside this file
            hold what happened.
          </p>
        </>
      ) : undefined}
      {capture?.status === 'skipped' ? (
        <>
          <p>
            <Prose>{capture.reason}</Prose>
          </p>
          <p class="quiet">The device is optional and this machine lacks a part of it. Provide it:</p>
          <Copyable text={capture.remedy} />
        </>
      ) : undefined}
      {target.capture === 'missing' ? (
        <p>
          It was planned, but the run ended before it was captured, or its file is gone. What was not captured
          is not known to be right.
        </p>
      ) : undefined}
    </section>
  );
}

const TITLES = {
  failed: 'The capture failed',
  skipped: 'Skipped',
  missing: 'No capture was written',
} as const;
