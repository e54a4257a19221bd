import onnxProto from 'onnx-proto';
import { UserError } from '../domain/user-error.ts';
import { delimited, joined, readFields } from './wire.ts';

export type ModelProto = onnxProto.onnx.IModelProto;
export type GraphProto = onnxProto.onnx.IGraphProto;
export type NodeProto = onnxProto.onnx.INodeProto;
export type TensorProto = onnxProto.onnx.ITensorProto;
export type ValueInfoProto = onnxProto.onnx.IValueInfoProto;
export type AttributeProto = onnxProto.onnx.IAttributeProto;

/** A protobuf int64 as onnx-proto gives it: exact, where a number would round beyond 2^53. */
export type Int64 = { readonly low: number; readonly high: number };

const { onnx } = onnxProto;

/** Field number of ModelProto.graph. */
const GRAPH = 7;

/** A model whose graph is there; everything else of it is as optional as protobuf has it. */
export type DecodedModel = ModelProto & { graph: GraphProto };

/**
 * Decodes a .onnx file. Fields newer than ONNX 1.10 (onnx-proto 8.0.1) are skipped: read with this, but do not
 * write a foreign model back. `file` is named in errors.
 */
export function decodeModel(bytes: Uint8Array, file: string): DecodedModel {
  const model = decode(() => onnx.ModelProto.decode(mergedGraph(bytes, file)), file);
  const graph = model.graph;
  if (!graph || !(Number(model.irVersion ?? 0) > 0) || !graph.output?.length) {
    throw notAModel(file, 'it names no graph with outputs');
  }
  return Object.assign(model, { graph });
}

/** protobufjs takes the last of several occurrences of an embedded message, where protobuf merges them: a model with taps has two graphs. */
function mergedGraph(bytes: Uint8Array, file: string): Uint8Array {
  const fields = readFields(bytes, file);
  const graphs = fields.filter(({ number }) => number === GRAPH);
  if (graphs.length < 2) return bytes;
  const others = fields.filter(({ number }) => number !== GRAPH).map((field) => field.bytes);
  return joined([...others, delimited(GRAPH, joined(graphs.flatMap(({ value }) => value ?? [])))]);
}

/** The inverse of `decodeModel`, for models that this project made. The same model gives the same bytes. */
export function encodeModel(model: ModelProto): Uint8Array {
  return onnx.ModelProto.encode(model).finish();
}

/** Decodes a serialized TensorProto, as in `input_0.pb`. */
export function decodeTensorProto(bytes: Uint8Array, file: string): TensorProto {
  try {
    return onnx.TensorProto.decode(bytes);
  } catch (error) {
    throw new UserError('E_ONNX_TENSOR', `The file is no ONNX tensor: ${(error as Error).message}.`, {
      place: { file },
    });
  }
}

function decode<Message>(read: () => Message, file: string): Message {
  try {
    return read();
  } catch (error) {
    if (error instanceof UserError) throw error;
    throw notAModel(file, (error as Error).message);
  }
}

function notAModel(file: string, reason: string): UserError {
  return new UserError('E_NOT_A_MODEL', `The file is no ONNX model, or it is cut short: ${reason}.`, {
    place: { file },
    remedies: ['name a .onnx file; other formats must be converted to ONNX first'],
  });
}
