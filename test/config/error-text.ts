import { UserError } from '../../harness/domain/user-error.ts';

/** A UserError as a newcomer reads it: code and place, message, remedies. Anything but a UserError is thrown on. */
export async function errorText(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const place = error.place ? ` ${error.place.file}${error.place.line ? `:${error.place.line}` : ''}` : '';
    return [`${error.code}${place}`, ...error.message.split('\n'), ...error.remedies].join('\n');
  }
  return 'no error';
}
