import { byteLength, DTYPE_BITS, type Tensor } from '../domain/tensor.ts';
import { NPY_DTYPES } from './npy-dtypes.ts';
import { NPY_MAGIC } from './npy-header.ts';

/** The bytes of a .npy, format 1.0: the same tensor gives the same bytes. Only dtypes that NumPy has. */
export function writeNpy({ dtype, shape, data }: Tensor): Uint8Array {
  const kind = Object.keys(NPY_DTYPES).find((key) => NPY_DTYPES[key] === dtype);
  if (!kind) throw new Error(`NumPy has no ${dtype}`);
  if (byteLength(dtype, shape) !== data.byteLength) throw new Error(`not the bytes of ${dtype}[${shape}]`);
  const order = DTYPE_BITS[dtype] > 8 ? '<' : '|';
  const tuple = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const literal = `{'descr': '${order}${kind}', 'fortran_order': False, 'shape': ${tuple}, }`;
  const before = NPY_MAGIC.length + 4;
  const length = Math.ceil((before + literal.length + 1) / 64) * 64 - before;
  const bytes = new Uint8Array(before + length + data.byteLength);
  bytes.set([...NPY_MAGIC, 1, 0, length & 255, length >> 8]);
  bytes.set(new TextEncoder().encode(`${literal.padEnd(length - 1)}\n`), before);
  bytes.set(data, before + length);
  return bytes;
}
