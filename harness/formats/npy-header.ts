import { shapeProblem } from '../domain/shape-problem.ts';
import type { Bytes } from './bytes.ts';
import { formatError } from './format-error.ts';
import { type PythonLiteral, parsePythonLiteral } from './python-literal.ts';

export interface NpyHeader {
  /** NumPy's name of the element type, such as "<f4"; "structured" for a list of fields. */
  readonly descr: string;
  readonly fortranOrder: boolean;
  readonly shape: readonly number[];
  /** The header's length: there the elements start, counted from the array's start. */
  readonly byteLength: number;
}

/** Where an array lies, and what errors call it: `where` starts the sentence. */
export interface NpyPlace {
  readonly start: number;
  readonly end: number;
  readonly where: string;
}

export const NPY_MAGIC = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/** NumPy writes under 200 bytes unless the elements are structures, and itself reads no more than 10,000. */
const LONGEST_HEADER = 2 ** 20;

/** The header of a .npy, format 1.0 to 3.0 (numpy.lib.format). Throws E_NPZ. */
export async function readNpyHeader(bytes: Bytes, { start, end, where }: NpyPlace): Promise<NpyHeader> {
  const refuse = (reason: string, at: number) =>
    formatError('E_NPZ', bytes.file, `${where} ${reason}`, { offset: bytes.placeOf(start + at) });
  const first = await bytes.read(start, Math.min(12, end - start));
  if (!NPY_MAGIC.every((byte, index) => first[index] === byte)) throw refuse('is no NumPy array', 0);
  const major = first[6] ?? 0;
  if (major < 1 || major > 3 || first[7] !== 0) {
    throw refuse(`is of .npy format ${major}.${first[7] ?? '?'}; 1.0 to 3.0 are read`, 6);
  }
  const fixedBytes = major === 1 ? 10 : 12;
  if (first.byteLength < fixedBytes) throw refuse('is cut short in its header', first.byteLength);
  const view = new DataView(first.buffer, first.byteOffset, first.byteLength);
  const textBytes = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const byteLength = fixedBytes + textBytes;
  if (start + byteLength > end) throw refuse('is cut short in its header', end - start);
  if (byteLength > LONGEST_HEADER) throw refuse(`has a header of ${byteLength} bytes: too many`, 8);
  const text = await bytes.read(start + fixedBytes, textBytes);
  try {
    const literal = parsePythonLiteral(Buffer.from(text).toString(major === 3 ? 'utf8' : 'latin1'));
    return { ...headerFields(literal), byteLength };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw refuse(`has a damaged header: ${error.message}`, fixedBytes);
  }
}

function headerFields(literal: PythonLiteral): Omit<NpyHeader, 'byteLength'> {
  const fields = literal instanceof Map ? literal : new Map<string, PythonLiteral>();
  const descr = fields.get('descr');
  const fortranOrder = fields.get('fortran_order');
  const shape = fields.get('shape');
  if (
    fields.size !== 3 ||
    descr === undefined ||
    typeof fortranOrder !== 'boolean' ||
    !Array.isArray(shape)
  ) {
    throw new SyntaxError("expected {'descr', 'fortran_order', 'shape'}");
  }
  const problem = shapeProblem(shape);
  if (problem) throw new SyntaxError(problem);
  return {
    descr: typeof descr === 'string' ? descr : 'structured',
    fortranOrder,
    shape: shape as readonly number[],
  };
}
