import type { Tensor } from '../domain/tensor.ts';
import { decodeTensorProto } from '../onnx/proto.ts';
import { tensorOfProto } from '../onnx/tensor-proto.ts';

/** The tensor of a `.pb` file: a serialized onnx.TensorProto. Its name may be empty. Throws E_ONNX_TENSOR. */
export function readOnnxTensor(bytes: Uint8Array, file: string): Tensor {
  return tensorOfProto(decodeTensorProto(bytes, file), file);
}
