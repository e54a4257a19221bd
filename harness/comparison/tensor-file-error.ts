import { UserError } from '../domain/user-error.ts';

/** Says what is wrong with a file that holds a tensor's elements. `reason` names the byte, counted from the file's start. */
export function tensorFileError(file: string, reason: string): UserError {
  return new UserError('E_TENSOR_FILE', `${reason}.`, {
    place: { file },
    remedies: ['check that nothing writes to the file, and make it or copy it again'],
  });
}

/** A file that the system does not let us read. */
export function unreadable(file: string, error: unknown): UserError {
  const { code, message } = error as NodeJS.ErrnoException;
  return new UserError('E_FILE_UNREADABLE', `The file cannot be read: ${code ?? message}.`, {
    place: { file },
  });
}
