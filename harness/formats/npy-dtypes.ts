import type { DType } from '../domain/tensor.ts';

/** Element types by NumPy's kind and bytes an element (numpy.lib.format, `descr`). */
export const NPY_DTYPES: Readonly<Record<string, DType>> = {
  b1: 'bool',
  i1: 'int8',
  i2: 'int16',
  i4: 'int32',
  i8: 'int64',
  u1: 'uint8',
  u2: 'uint16',
  u4: 'uint32',
  u8: 'uint64',
  f2: 'float16',
  f4: 'float32',
  f8: 'float64',
};

export interface NpyElements {
  readonly dtype: DType;
  /** Bytes of one element in the file. */
  readonly elementBytes: number;
  /** Bytes that change places in the other byte order: of a code point in text. */
  readonly wordBytes: number;
  readonly bigEndian: boolean;
}

/** What a `descr` says of the elements; undefined when fleetdiff does not read them: `unsupportedElements` says why. */
export function npyElements(descr: string): NpyElements | undefined {
  const [, order, kind, width] = /^([<>|])([a-zA-Z])(\d{1,9})$/.exec(descr) ?? [];
  if (order === undefined) return undefined;
  const isText = kind === 'U';
  const elementBytes = isText ? 4 * Number(width) : Number(width);
  const dtype = isText ? 'string' : NPY_DTYPES[`${kind}${width}`];
  if (!dtype || (order === '|' && elementBytes > 1)) return undefined;
  return { dtype, elementBytes, wordBytes: isText ? 4 : elementBytes, bigEndian: order === '>' };
}

/** Why elements are not read, and what to do. */
export function unsupportedElements(descr: string): [reason: string, remedies: readonly string[]] {
  const kind = descr === 'structured' ? descr : descr.replace(/^[<>|=]/, '')[0];
  const reason: Record<string, string> = {
    O: 'holds Python objects, which only Python can read (and may run code when it does)',
    structured: 'holds structures; one array per tensor is read',
    c: 'holds complex numbers, which fleetdiff does not compare',
    V: 'holds raw bytes, as NumPy writes bfloat16 and float8',
    M: 'holds dates',
    m: 'holds time spans',
    S: 'holds byte strings',
  };
  const remedies =
    kind === 'V'
      ? ['save these tensors as .safetensors']
      : ['convert it with array.astype("float32"), or what the model takes, and save it again'];
  return [reason[kind ?? ''] ?? `has elements "${descr}", which fleetdiff does not know`, remedies];
}
