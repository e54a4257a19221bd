import type { TensorSource } from '../domain/tensor.ts';
import { decodeTensorProto } from '../onnx/proto.ts';
import { headerOfProto, tensorOfProto } from '../onnx/tensor-proto.ts';
import type { Bytes } from './bytes.ts';
import type { Scratch } from './scratch.ts';
import { readTensorProtoLayout } from './tensor-proto-layout.ts';

/** The tensor of a `.pb` file: a serialized onnx.TensorProto. Its name may be empty. Throws E_ONNX_TENSOR. */
export async function openOnnxTensor(bytes: Bytes, scratch: Scratch): Promise<TensorSource> {
  const { rawData, rest } = await readTensorProtoLayout(bytes);
  const proto = decodeTensorProto(rest, bytes.file);
  if (rawData) {
    const header = headerOfProto(proto, bytes.file, rawData.byteLength);
    return { ...header, bytes: bytes.stretch(rawData.offset, rawData.byteLength) };
  }
  const { data, ...header } = tensorOfProto(proto, bytes.file);
  return { ...header, bytes: await scratch.keep(data, bytes.file) };
}
