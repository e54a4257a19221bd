import type { ComponentChildren } from 'preact';
import type { Status } from '../../../domain/run-files.ts';
import { STATUSES } from '../../../domain/run-files.ts';
import type { TargetHead } from '../../page-data/page-data.ts';
import { STATUS_WORDS } from '../../wording.ts';

/** What a cell may show: a status, or why it has none. */
export type Mark = Status | 'REFERENCE' | 'NOT_JUDGED';

export const MARK_WORDS: Readonly<Record<Mark, string>> = {
  ...STATUS_WORDS,
  REFERENCE: 'Reference',
  NOT_JUDGED: 'Not judged',
};

/** What a target's line shows. */
export function targetMark({ role, status }: TargetHead): Mark {
  if (status !== undefined) return status;
  return role === 'reference' ? 'REFERENCE' : 'NOT_JUDGED';
}

/** 0 is the worst; what was not judged is worse than anything that was. */
export function markRank(mark: Mark): number {
  return MARKS_BY_RANK.indexOf(mark);
}

const MARKS_BY_RANK: readonly Mark[] = ['NOT_JUDGED', ...STATUSES, 'REFERENCE'];

/** Every mark has a silhouette and a sign of its own, so that it reads without colour; drawn in 20 × 20. */
const DRAWINGS: Readonly<Record<Mark, ComponentChildren>> = {
  INCOMPLETE: (
    <>
      <path class="edge dashed" d="M3.5 3.5h13v13h-13z" />
      <path class="line" d="M7.7 8a2.3 2.3 0 1 1 3.4 2c-.8.5-1.1.9-1.1 1.7" />
      <path class="line" d="M10 14v.1" />
    </>
  ),
  NOT_COMPARABLE: (
    <>
      <path class="edge" d="M3.5 3.5h13v13h-13z" />
      <path class="line" d="M6.5 8.5h7M6.5 11.5h7M12 6l-4 8" />
    </>
  ),
  FAIL: (
    <>
      <path class="solid" d="M6.3 1.5h7.4l4.8 4.8v7.4l-4.8 4.8H6.3l-4.8-4.8V6.3z" />
      <path class="cut" d="M6.8 6.8l6.4 6.4M13.2 6.8l-6.4 6.4" />
    </>
  ),
  WAIVED: (
    <>
      <path class="edge" d="M10 1.8l8.2 8.2-8.2 8.2L1.8 10z" />
      <path class="line" d="M6 7.8l2 4.6 2-4 2 4 2-4.6" />
    </>
  ),
  WARN: (
    <>
      <path class="edge" d="M10 2.2l8.3 15H1.7z" />
      <path class="line" d="M10 7.8v4.4M10 14.6v.1" />
    </>
  ),
  SKIPPED: (
    <>
      <circle class="edge dashed" cx="10" cy="10" r="7.5" />
      <path class="line" d="M6.5 10h7" />
    </>
  ),
  PASS: (
    <>
      <circle class="soft" cx="10" cy="10" r="8.5" />
      <path class="line" d="M6 10.4l2.8 2.8L14 7.6" />
    </>
  ),
  REFERENCE: (
    <>
      <circle class="edge" cx="10" cy="10" r="7.5" />
      <circle class="dot" cx="10" cy="10" r="2.5" />
    </>
  ),
  NOT_JUDGED: (
    <>
      <path class="edge dashed" d="M3.5 3.5h13v13h-13z" />
      <path class="line" d="M10 6v5M10 14v.1" />
    </>
  ),
};

/** Drawn once in the page; every mark refers to them. */
export function MarkSymbols() {
  return (
    <svg class="symbols" aria-hidden="true">
      {Object.entries(DRAWINGS).map(([mark, drawing]) => (
        <symbol key={mark} id={`mark-${mark}`} viewBox="0 0 20 20">
          {drawing}
        </symbol>
      ))}
    </svg>
  );
}

/** The mark alone; its word is there for screen readers and as a title. */
export function MarkIcon({ mark }: { readonly mark: Mark }) {
  return (
    <span class={`mark ${mark}`} role="img" aria-label={MARK_WORDS[mark]} title={MARK_WORDS[mark]}>
      <svg aria-hidden="true">
        <use href={`#mark-${mark}`} />
      </svg>
    </span>
  );
}

/** The mark and its word, or another one for it. */
export function MarkLabel({
  mark,
  word = MARK_WORDS[mark],
}: {
  readonly mark: Mark;
  readonly word?: string;
}) {
  return (
    <span class={`mark ${mark}`}>
      <svg aria-hidden="true">
        <use href={`#mark-${mark}`} />
      </svg>
      {word}
    </span>
  );
}
