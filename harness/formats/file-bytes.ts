import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { type FileStamp, stampOf } from '../domain/file-stamp.ts';
import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';
import { unreadable } from './unreadable.ts';

/** Headers of many small arrays lie close together: one read serves them. */
const WINDOW_BYTES = 65_536;

/**
 * Opens a file, lets `use` read of it, and closes it. `named`: the file that errors name, where that is another.
 * Throws E_FILE_UNREADABLE.
 */
export async function withFileBytes<Result>(
  file: string,
  use: (bytes: Bytes) => Promise<Result>,
  named: { readonly file: string; readonly offset: number } = { file, offset: 0 },
): Promise<Result> {
  // Without waiting: a named pipe that nobody writes to would never open.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK).catch((error) => {
    throw unreadable(file, error);
  });
  try {
    const found = await handle.stat();
    // a pipe or a device has no length and cannot be read from the middle
    if (!found.isFile()) throw formatError('E_FILE_UNREADABLE', file, 'This is no regular file');
    return await use(fileBytes(handle, file, stampOf(found), named));
  } finally {
    await handle.close();
  }
}

function fileBytes(
  handle: FileHandle,
  file: string,
  stamp: FileStamp,
  named: { readonly file: string; readonly offset: number },
): Bytes {
  const { byteLength } = stamp;
  let window: { start: number; data: Uint8Array } = { start: 0, data: new Uint8Array() };
  return {
    file: named.file,
    byteLength,
    async read(offset, length) {
      if (length > WINDOW_BYTES) return readWhole(handle, file, offset, length);
      if (offset < window.start || offset + length > window.start + window.data.length) {
        const size = Math.min(WINDOW_BYTES, byteLength - offset);
        window = { start: offset, data: await readWhole(handle, file, offset, size) };
      }
      return window.data.subarray(offset - window.start, offset - window.start + length);
    },
    copy: (offset, length) => readWhole(handle, file, offset, length),
    placeOf: (offset) => (named.file === file ? offset : named.offset),
    stretch: (offset, length, crc32) => ({
      in: 'file',
      file,
      offset,
      byteLength: length,
      stamp,
      ...(crc32 === undefined ? {} : { crc32 }),
    }),
  };
}

/** One read may give less than was asked for; nothing at all is the file's end. Throws E_FILE_UNREADABLE, E_TENSOR_FILE. */
export async function readWhole(
  handle: FileHandle,
  file: string,
  offset: number,
  length: number,
): Promise<Uint8Array> {
  const data = new Uint8Array(length);
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(data, done, length - done, offset + done).catch((error) => {
      throw unreadable(file, error);
    });
    if (bytesRead === 0) {
      const reason = `The file ends ${length - done} bytes too early: it was cut since it was opened`;
      throw formatError('E_TENSOR_FILE', file, reason, { offset: offset + done });
    }
    done += bytesRead;
  }
  return data;
}
