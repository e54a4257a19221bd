import type { DType } from '../domain/tensor.ts';
import { codeOfDType } from './dtype-codes.ts';
import type { Island } from './graph-cut.ts';
import { namesRead } from './names-read.ts';
import { decodeModel } from './proto.ts';
import { delimited, joined, numberField, readFields, textField, textOf, type WireField } from './wire.ts';

/** A part of a model that stands by itself. */
export interface PartModel {
  readonly bytes: Uint8Array;
  /** Tensors to feed, by their own names. */
  readonly inputs: readonly string[];
  /** What comes out, and which tensor of the model it is. */
  readonly outputs: readonly { readonly name: string; readonly tensor: string }[];
}

/** dtype and shape of a tensor that a part reads. */
export type HeaderOf = (tensor: string) => { readonly dtype: DType; readonly shape: readonly number[] };

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7 } as const;
const GRAPH = { node: 1, initializer: 5, input: 11, output: 12, valueInfo: 13 } as const;
const NODE = { output: 2 } as const;
const TENSOR = { name: 8 } as const;
const VALUE_INFO = { name: 1, type: 2 } as const;

/** What a tensor is called when it is replayed: the name itself is an input of the part. */
const replayedName = (tensor: string) => `${tensor}::replayed`;

/**
 * Some islands side by side, severed from each other: every cut tensor that they read is an input, every tensor that they make an
 * output of another name. Names of nodes stay. One run computes each island from given inputs.
 * @throws UserError E_NOT_A_MODEL
 */
export function replayModel(
  bytes: Uint8Array,
  file: string,
  islands: readonly Island[],
  headerOf: HeaderOf,
): PartModel {
  return partModel(bytes, file, islands, headerOf, replayedName);
}

/** One island as a model of its own, every name as in the whole: to be handed to somebody who does not have the whole. */
export function islandModel(bytes: Uint8Array, file: string, island: Island, headerOf: HeaderOf): PartModel {
  return partModel(bytes, file, [island], headerOf, (tensor) => tensor);
}

function partModel(
  bytes: Uint8Array,
  file: string,
  islands: readonly Island[],
  headerOf: HeaderOf,
  nameOf: (tensor: string) => string,
): PartModel {
  const model = readFields(bytes, file);
  // Occurrences of one embedded message are merged, which is what joining their bytes does.
  const graph = readFields(
    joined(model.flatMap(({ number, value }) => (number === MODEL.graph && value ? [value] : []))),
    file,
  );
  const nodes = graph.filter(({ number }) => number === GRAPH.node);
  const chosen = [...new Set(islands.flatMap(({ nodeIndexes }) => nodeIndexes))].sort(
    (left, right) => left - right,
  );
  const outputs = [...new Set(islands.flatMap((island) => island.outputs))];
  const inputs = [...new Set(islands.flatMap((island) => island.inputs))];
  const severed = new Set(outputs);
  const parts = chosen.map((at) =>
    withOutputs(nodes[at]!, file, (name) => (severed.has(name) ? nameOf(name) : name)),
  );
  const decoded = decodeModel(bytes, file).graph.node ?? [];
  const read = new Set(chosen.flatMap((at) => [...namesRead(decoded[at]!)]));
  const kept = keptFields(graph, read, file);
  const part = joined([
    ...parts,
    ...kept.map((field) => field.bytes),
    ...inputs.map((name) => delimited(GRAPH.input, valueInfo(name, headerOf(name)))),
    ...outputs.map((tensor) => delimited(GRAPH.output, textField(VALUE_INFO.name, nameOf(tensor)))),
  ]);
  const others = model.filter(({ number }) => number !== MODEL.graph).map((field) => field.bytes);
  return {
    bytes: joined([...others, delimited(MODEL.graph, part)]),
    inputs,
    outputs: outputs.map((tensor) => ({ name: nameOf(tensor), tensor })),
  };
}

function withOutputs({ value }: WireField, file: string, rename: (name: string) => string): Uint8Array {
  const fields = readFields(value ?? new Uint8Array(), file).map((field) =>
    field.number === NODE.output ? textField(NODE.output, rename(textOf(field))) : field.bytes,
  );
  return delimited(GRAPH.node, joined(fields));
}

/** Initializers that are read, with the inputs that old models declare for them; names, annotations and what is unknown. */
function keptFields(
  graph: readonly WireField[],
  read: ReadonlySet<string>,
  file: string,
): readonly WireField[] {
  const nameOf = ({ value }: WireField, number: number) => {
    const field = readFields(value ?? new Uint8Array(), file).find((each) => each.number === number);
    return field ? textOf(field) : '';
  };
  const initializers = new Map(
    graph.flatMap((field) =>
      field.number === GRAPH.initializer ? [[field, nameOf(field, TENSOR.name)] as const] : [],
    ),
  );
  const held = new Set([...initializers.values()].filter((name) => read.has(name)));
  return graph.filter((field) => {
    const name = initializers.get(field);
    if (name !== undefined) return held.has(name);
    if (field.number === GRAPH.input) return held.has(nameOf(field, VALUE_INFO.name));
    return field.number !== GRAPH.node && field.number !== GRAPH.output && field.number !== GRAPH.valueInfo;
  });
}

function valueInfo(name: string, { dtype, shape }: ReturnType<HeaderOf>): Uint8Array {
  // The first axis is left open, as it is in a model that takes any batch: what is optimized must not depend on the case.
  const dims = shape.map((length, axis) =>
    delimited(1, axis === 0 ? new Uint8Array() : numberField(1, length)),
  );
  const tensorType = joined([numberField(1, codeOfDType(dtype)), delimited(2, joined(dims))]);
  return joined([textField(VALUE_INFO.name, name), delimited(VALUE_INFO.type, delimited(1, tensorType))]);
}
