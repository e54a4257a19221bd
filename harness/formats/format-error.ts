import { UserError } from '../domain/user-error.ts';

type FormatErrorCode =
  | 'E_NPZ'
  | 'E_SAFETENSORS'
  | 'E_ONNX_TENSOR'
  | 'E_GOLDEN'
  | 'E_CASE'
  | 'E_TENSOR_FILE'
  | 'E_TENSOR_SET'
  | 'E_TENSOR_TOO_LARGE'
  | 'E_FILE_UNREADABLE';

/** Says what is wrong with a file of tensors, and where in it. `offset` counts bytes from the file's start. */
export function formatError(
  code: FormatErrorCode,
  file: string,
  reason: string,
  { offset, remedies }: { offset?: number; remedies?: readonly string[] } = {},
): UserError {
  const where = offset === undefined ? '' : ` (at byte ${offset})`;
  return new UserError(code, `${reason}${where}.`, { place: { file }, ...(remedies ? { remedies } : {}) });
}
