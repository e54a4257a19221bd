import { closeSync, constants, openSync } from 'node:fs';
import { unreadable } from './tensor-file-error.ts';

/** Files kept open from one read to the next: opening a file takes longer than reading a small tensor from it. */
export interface OpenFiles {
  /** Opens the file unless it is open. @throws UserError E_FILE_UNREADABLE */
  descriptorOf(file: string): number;
  close(): void;
}

/** Both sides of a pair, and some more for sets of many files. */
const MOST_OPEN = 8;

export function openFiles(): OpenFiles {
  const descriptors = new Map<string, number>();
  let isClosed = false;
  return {
    descriptorOf(file) {
      if (isClosed) throw new Error(`"${file}" was asked for after the files were closed`);
      const known = descriptors.get(file);
      if (known !== undefined) return known;
      const [oldest] = descriptors;
      if (oldest && descriptors.size === MOST_OPEN) {
        descriptors.delete(oldest[0]);
        closeSync(oldest[1]);
      }
      const descriptor = opened(file);
      descriptors.set(file, descriptor);
      return descriptor;
    },
    close() {
      isClosed = true;
      for (const descriptor of descriptors.values()) closeSync(descriptor);
      descriptors.clear();
    },
  };
}

function opened(file: string): number {
  try {
    // Without waiting: a named pipe in a file's place would never open.
    return openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Work that reads files, which are closed after it. */
export function withFiles<Result>(work: (files: OpenFiles) => Result): Result {
  const files = openFiles();
  try {
    return work(files);
  } finally {
    files.close();
  }
}
