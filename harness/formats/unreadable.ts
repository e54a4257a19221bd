import type { UserError } from '../domain/user-error.ts';
import { formatError } from './format-error.ts';

/** A file that the system does not let us read. */
export function unreadable(file: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  return formatError('E_FILE_UNREADABLE', file, `The file cannot be read: ${code ?? message}`);
}
