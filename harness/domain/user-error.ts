/** Where a mistake stands: a file, and when known the line in it. */
export interface Place {
  readonly file: string;
  readonly line?: number;
}

/**
 * A user's mistake or a machine's lack, said so that it can be mended: what, where, expected and found, what to do.
 * It is printed without a stack trace (`cli/print-error.ts`); every other error is a defect of ours and keeps its stack.
 */
export class UserError extends Error {
  /** Stable name to search for, such as `E_BUDGET_UNKNOWN_TENSOR`. */
  readonly code: string;
  readonly place: Place | undefined;
  /** What to do about it, one line each. */
  readonly remedies: readonly string[];

  constructor(code: string, message: string, details: { place?: Place; remedies?: readonly string[] } = {}) {
    super(message);
    this.name = 'UserError';
    this.code = code;
    this.place = details.place;
    this.remedies = details.remedies ?? [];
  }
}
