import type { Tensor as OrtTensor } from 'onnxruntime-common';
import type { DType } from '../../domain/tensor.ts';

type Elements = Exclude<OrtTensor['data'], string[]>;

/** Raw little-endian bytes as the typed array that onnxruntime-web takes for the dtype; every browser's host is little-endian. */
export function elementsOf(dtype: DType, bytes: ArrayBuffer): Elements {
  switch (dtype) {
    case 'float64':
      return new Float64Array(bytes);
    case 'float32':
      return new Float32Array(bytes);
    case 'float16':
    case 'uint16':
      return new Uint16Array(bytes);
    case 'int64':
      return new BigInt64Array(bytes);
    case 'uint64':
      return new BigUint64Array(bytes);
    case 'int32':
      return new Int32Array(bytes);
    case 'uint32':
      return new Uint32Array(bytes);
    case 'int16':
      return new Int16Array(bytes);
    case 'int8':
    case 'int4':
      return new Int8Array(bytes);
    case 'uint8':
    case 'uint4':
    case 'bool':
      return new Uint8Array(bytes);
    default:
      throw new Error(`onnxruntime-web takes no ${dtype} tensor from this agent`);
  }
}

/** The bytes of an output as the runtime holds them. */
export function bytesOf(tensor: OrtTensor): Uint8Array<ArrayBuffer> {
  const { data } = tensor;
  if (Array.isArray(data)) throw new Error('this agent moves no string tensors');
  return new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength);
}

/** Lower-case hex SHA-256. */
export async function sha256Of(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
