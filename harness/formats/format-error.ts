import { UserError } from '../domain/user-error.ts';

/** Says what is wrong with a file of tensors, and where in it. `offset` counts bytes from the file's start. */
export function formatError(
  code: 'E_NPZ' | 'E_SAFETENSORS' | 'E_GOLDEN' | 'E_CASE',
  file: string,
  reason: string,
  { offset, remedies }: { offset?: number; remedies?: readonly string[] } = {},
): UserError {
  const where = offset === undefined ? '' : ` (at byte ${offset})`;
  return new UserError(code, `${reason}${where}.`, { place: { file }, ...(remedies ? { remedies } : {}) });
}
