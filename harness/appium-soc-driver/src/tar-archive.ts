/** One file of an archive: its path inside, with forward slashes, and its bytes. */
export interface ArchiveFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

const BLOCK_BYTES = 512;
const MAX_PATH_BYTES = 100;

/** A POSIX ustar archive, chunk by chunk; the same files give the same bytes (no times, no owners). */
export function* tarArchive(files: readonly ArchiveFile[]): Generator<Uint8Array> {
  for (const file of files) {
    yield header(file);
    yield file.bytes;
    yield new Uint8Array((BLOCK_BYTES - (file.bytes.length % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  yield new Uint8Array(2 * BLOCK_BYTES);
}

function header({ path, bytes }: ArchiveFile): Uint8Array {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) throw new Error(`Path too long for a tar archive: ${path}`);
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0);
  block.write('0000644\0', 100);
  block.write('0000000\0', 108);
  block.write('0000000\0', 116);
  block.write(`${bytes.length.toString(8).padStart(11, '0')}\0`, 124);
  block.write('00000000000\0', 136);
  block.write(' '.repeat(8), 148);
  block.write('0', 156);
  block.write('ustar\0' + '00', 257);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}
