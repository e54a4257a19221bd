/** What tells that a file is still the one that was opened: another file under its name, or a write to it, changes one of these. */
export interface FileStamp {
  readonly inode: number;
  readonly byteLength: number;
  readonly modifiedMs: number;
}

/** @param stats of the file, as fs.stat and fs.fstat give them */
export function stampOf(stats: {
  readonly ino: number;
  readonly size: number;
  readonly mtimeMs: number;
}): FileStamp {
  return { inode: stats.ino, byteLength: stats.size, modifiedMs: stats.mtimeMs };
}

export function isSameFile(left: FileStamp, right: FileStamp): boolean {
  return (
    left.inode === right.inode && left.byteLength === right.byteLength && left.modifiedMs === right.modifiedMs
  );
}
