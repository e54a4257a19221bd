import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const LONGEST_COMMENT = 0xffff;
const LOCATOR_SIGNATURE = 0x07064b50;
const LOCATOR_BYTES = 20;
const END64_SIGNATURE = 0x06064b50;
const END64_BYTES = 56;

/** Where an archive's directory lies, and how many entries it lists. */
export interface ZipDirectoryPlace {
  readonly offset: number;
  readonly byteLength: number;
  readonly count: number;
}

interface EndRecord extends ZipDirectoryPlace {
  /** Where the first of the records stands that end the archive: there the directory must end. */
  readonly startsAt: number;
  /** Number of this part and of the part where the directory starts; entries listed in this part. */
  readonly disk: number;
  readonly directoryDisk: number;
  readonly countHere: number;
}

/**
 * Finds a ZIP archive's directory from the archive's end (APPNOTE.TXT 6.3, 4.3.14 to 4.3.16). Throws E_NPZ.
 */
export async function findZipDirectory(bytes: Bytes): Promise<ZipDirectoryPlace> {
  const end = await readEnd64(bytes, await readEnd(bytes));
  const { startsAt, offset, byteLength, count } = end;
  const refuse = (reason: string) => formatError('E_NPZ', bytes.file, reason, { offset: startsAt });
  if (end.disk !== 0 || end.directoryDisk !== 0 || end.countHere !== count) {
    throw refuse('The archive is one of several parts, which are not read');
  }
  if (offset + byteLength !== startsAt) {
    throw refuse(
      `The directory does not fit the file: ${byteLength} bytes from byte ${offset} on do not end where its end record stands`,
    );
  }
  return { offset, byteLength, count };
}

/** The record that ends every archive: the last one whose comment ends with the file. */
async function readEnd(bytes: Bytes): Promise<EndRecord> {
  const length = Math.min(bytes.byteLength, END_BYTES + LONGEST_COMMENT);
  const tailAt = bytes.byteLength - length;
  const view = viewOf(await bytes.read(tailAt, length));
  for (let at = length - END_BYTES; at >= 0; at--) {
    if (view.getUint32(at, true) !== END_SIGNATURE) continue;
    if (at + END_BYTES + view.getUint16(at + 20, true) !== length) continue;
    return {
      startsAt: tailAt + at,
      disk: view.getUint16(at + 4, true),
      directoryDisk: view.getUint16(at + 6, true),
      countHere: view.getUint16(at + 8, true),
      count: view.getUint16(at + 10, true),
      byteLength: view.getUint32(at + 12, true),
      offset: view.getUint32(at + 16, true),
    };
  }
  throw formatError('E_NPZ', bytes.file, 'The file is no ZIP archive, or its end is missing', {
    offset: bytes.byteLength,
    remedies: ['an .npz is what numpy.savez writes; write or copy the file again'],
  });
}

/** The ZIP64 record that a locator before the end names; the end itself when there is none. Both must agree. */
async function readEnd64(bytes: Bytes, end: EndRecord): Promise<EndRecord> {
  const locatorAt = end.startsAt - LOCATOR_BYTES;
  if (locatorAt < 0) return end;
  const locator = viewOf(await bytes.read(locatorAt, LOCATOR_BYTES));
  if (locator.getUint32(0, true) !== LOCATOR_SIGNATURE) return end;
  const refuse = (reason: string) =>
    formatError('E_NPZ', bytes.file, `The archive's ZIP64 end ${reason}`, { offset: locatorAt });
  const startsAt = Number(locator.getBigUint64(8, true));
  if (locator.getUint32(4, true) !== 0 || locator.getUint32(16, true) > 1) throw refuse('is in another part');
  if (startsAt + END64_BYTES > locatorAt) throw refuse(`is not at byte ${startsAt}, where it should be`);
  const view = viewOf(await bytes.read(startsAt, END64_BYTES));
  const endsAt = startsAt + 12 + Number(view.getBigUint64(4, true));
  if (view.getUint32(0, true) !== END64_SIGNATURE || endsAt !== locatorAt) {
    throw refuse(`is not at byte ${startsAt}, where it should be`);
  }
  const end64: EndRecord = {
    startsAt,
    disk: view.getUint32(16, true),
    directoryDisk: view.getUint32(20, true),
    countHere: Number(view.getBigUint64(24, true)),
    count: Number(view.getBigUint64(32, true)),
    byteLength: Number(view.getBigUint64(40, true)),
    offset: Number(view.getBigUint64(48, true)),
  };
  for (const field of ['count', 'byteLength', 'offset'] as const) {
    const inZip64 = field === 'count' ? 0xffff : 0xffffffff;
    if (end[field] !== inZip64 && end[field] !== end64[field]) throw refuse('contradicts the end after it');
  }
  return end64;
}

function viewOf({ buffer, byteOffset, byteLength }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, byteLength);
}
