import { UserError } from '../domain/user-error.ts';

interface Trouble {
  readonly why: string;
  readonly remedy: string;
}

const PERMISSION = 'give yourself permission, or name another place';
const ROOM = 'make room, then do it again; what was written whole is kept';

/** What the operating system says when the machine or its user, and not fleetdiff, has to do something. */
const TROUBLES: Readonly<Record<string, Trouble>> = {
  EACCES: { why: 'permission is denied', remedy: PERMISSION },
  EPERM: { why: 'the operation is not permitted', remedy: PERMISSION },
  EROFS: { why: 'the file system is read-only', remedy: 'name another place' },
  ENOENT: { why: 'there is no such file', remedy: 'check the name' },
  EISDIR: { why: 'it is a folder', remedy: 'name a file' },
  ENOTDIR: { why: 'it, or a part of its path, is a file and no folder', remedy: 'name a folder' },
  EEXIST: { why: 'a file of that name is in the way', remedy: 'name another place' },
  ELOOP: { why: 'its symbolic links lead in a circle', remedy: 'mend the links' },
  ENAMETOOLONG: { why: 'the name is too long for the file system', remedy: 'name a shorter path' },
  ENOSPC: { why: 'no space is left on the disk', remedy: ROOM },
  EDQUOT: { why: 'your disk quota is used up', remedy: ROOM },
  EIO: { why: 'the disk reports an error', remedy: 'check the disk' },
  EMFILE: { why: 'too many files are open', remedy: 'raise the limit:  ulimit -n 4096' },
};

/**
 * The error to throw for one of the operating system: a UserError E_FILE_UNREADABLE or E_FILE_UNWRITABLE that names the file
 * and what to do; any other error as it is.
 */
export function fileError(error: unknown, doing: 'read' | 'written', file: string): unknown {
  const code = (error as NodeJS.ErrnoException | null)?.code;
  const trouble = code === undefined ? undefined : TROUBLES[code];
  if (error instanceof UserError || !trouble) return error;
  return new UserError(
    doing === 'read' ? 'E_FILE_UNREADABLE' : 'E_FILE_UNWRITABLE',
    `It cannot be ${doing}: ${trouble.why} (${code}).`,
    { place: { file }, remedies: [trouble.remedy] },
  );
}
