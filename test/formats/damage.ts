import { expect } from 'vitest';
import { UserError } from '../../harness/domain/user-error.ts';

/** Runs what must refuse its input, and gives the error to look at. */
export function errorOf(run: () => unknown): UserError {
  try {
    run();
  } catch (error) {
    expect(error).toBeInstanceOf(UserError);
    return error as UserError;
  }
  throw new Error('nothing was refused');
}

export async function rejectionOf(promise: Promise<unknown>): Promise<UserError> {
  const settled = await promise.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  expect(settled).toBeInstanceOf(UserError);
  return settled as UserError;
}

/** A copy with some bytes replaced; `length` cuts or extends it. */
export function damaged(
  bytes: Uint8Array,
  at: number,
  replacement: readonly number[],
  length = bytes.length,
): Uint8Array {
  const copy = new Uint8Array(length);
  copy.set(bytes.subarray(0, length));
  copy.set(replacement, at);
  return copy;
}

/** Where a signature stands for the n-th time. */
export function find(bytes: Uint8Array, signature: readonly number[], nth = 1): number {
  let at = -1;
  for (let count = 0; count < nth; count++) {
    at = Buffer.from(bytes).indexOf(Buffer.from(signature), at + 1);
    if (at < 0) throw new Error('the signature is not there');
  }
  return at;
}
