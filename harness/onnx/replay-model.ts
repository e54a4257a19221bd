import type { DType } from '../domain/tensor.ts';
import { codeOfDType } from './dtype-codes.ts';
import type { Island } from './graph-cut.ts';
import { namesRead } from './names-read.ts';
import { decodeModel, type NodeProto } from './proto.ts';
import { delimited, joined, numberField, readFields, textField, textOf, type WireField } from './wire.ts';

/** A part of a model that stands by itself. */
export interface PartModel {
  readonly bytes: Uint8Array;
  /** Tensors to feed, by their own names. */
  readonly inputs: readonly string[];
  /** What comes out, and which tensor of the model it is. */
  readonly outputs: readonly { readonly name: string; readonly tensor: string }[];
}

/** dtype and shape of a tensor, as far as it was seen; those that a part reads must have been. */
export type HeaderOf = (
  tensor: string,
) => { readonly dtype: DType; readonly shape: readonly number[] } | undefined;

/** Field numbers of onnx.proto. */
const MODEL = { graph: 7, trainingInfo: 20 } as const;
const GRAPH = {
  node: 1,
  name: 2,
  initializer: 5,
  docString: 10,
  input: 11,
  output: 12,
  valueInfo: 13,
  annotation: 14,
} as const;
const NODE = { output: 2, name: 3 } as const;
const TENSOR = { name: 8 } as const;
const VALUE_INFO = { name: 1, type: 2 } as const;

/**
 * doc_string and metadata_props of each message, and a graph's name: what a model's makers wrote for themselves, such as paths of
 * their sources. Nobody else is given it.
 */
const MODEL_NOTES: ReadonlySet<number> = new Set([6, 14]);
const GRAPH_NOTES: ReadonlySet<number> = new Set([GRAPH.name, GRAPH.docString, 16]);
const NODE_NOTES: ReadonlySet<number> = new Set([6, 9]);
const TENSOR_NOTES: ReadonlySet<number> = new Set([12, 16]);

/** Said anew, or of tensors that the part may not have. */
const LEFT_OUT: ReadonlySet<number> = new Set([GRAPH.node, GRAPH.output, GRAPH.valueInfo, GRAPH.annotation]);

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
  return partModel(bytes, file, islands, { headerOf, nameOf: replayedName });
}

/**
 * One island as a model of its own, every name as in the whole: to be handed to somebody who does not have the whole.
 * @throws UserError E_NOT_A_MODEL
 */
export function islandModel(bytes: Uint8Array, file: string, island: Island, headerOf: HeaderOf): PartModel {
  // A tensor that leaves the island and comes back through others cannot be made and fed under one name.
  const fed = new Set(island.inputs);
  return partModel(bytes, file, [island], {
    headerOf,
    nameOf: (tensor) => (fed.has(tensor) ? replayedName(tensor) : tensor),
    title: {
      name: `only ${island.opType} ${island.node}`,
      doc: `Cut out of a larger model: ${island.operators.join(', ')}. What the nodes before it gave is fed instead.`,
    },
  });
}

interface PartOptions {
  readonly headerOf: HeaderOf;
  /** What an output is called in the part. */
  readonly nameOf: (tensor: string) => string;
  /** Instead of what the whole is called; with one, outputs are declared in full. */
  readonly title?: { readonly name: string; readonly doc: string };
}

function partModel(
  bytes: Uint8Array,
  file: string,
  islands: readonly Island[],
  { headerOf, nameOf, title }: PartOptions,
): PartModel {
  const model = readFields(bytes, file);
  // Occurrences of one embedded message are merged, which is what joining their bytes does.
  const graph = readFields(
    joined(model.flatMap(({ number, value }) => (number === MODEL.graph && value ? [value] : []))),
    file,
  );
  const nodes = graph
    .filter(({ number }) => number === GRAPH.node)
    .map((field) => (title ? withoutNotes(field, NODE_NOTES, file) : field));
  const outputs = [...new Set(islands.flatMap((island) => island.outputs))];
  const inputs = [...new Set(islands.flatMap((island) => island.inputs))];
  const decoded = decodeModel(bytes, file).graph.node ?? [];
  const uses = usesOf(islands, decoded);
  const chosen = [...uses.keys()].sort((left, right) => left - right);
  const severed = new Set(outputs);
  const parts = chosen.flatMap((at) => {
    const { makes, lends } = uses.get(at)!;
    const renamed = withOutputs(nodes[at]!, file, (name) => (severed.has(name) ? nameOf(name) : name));
    if (!makes) return [nodes[at]!.bytes];
    return lends ? [renamed, withoutName(nodes[at]!, file)] : [renamed];
  });
  const read = new Set(chosen.flatMap((at) => [...namesRead(decoded[at]!)]));
  const kept = keptFields(graph, read, file);
  const titled = title ? [textField(GRAPH.name, title.name), textField(GRAPH.docString, title.doc)] : [];
  const part = joined([
    ...parts,
    ...kept.flatMap((field) => {
      if (!title) return [field.bytes];
      if (GRAPH_NOTES.has(field.number)) return [];
      return [(field.number === GRAPH.initializer ? withoutNotes(field, TENSOR_NOTES, file) : field).bytes];
    }),
    ...titled,
    ...inputs.map((name) => delimited(GRAPH.input, valueInfo(name, headerOf(name)))),
    ...outputs.map((tensor) => delimited(GRAPH.output, valueInfo(nameOf(tensor), title && headerOf(tensor)))),
  ]);
  const others = model
    .filter(({ number }) => number !== MODEL.graph && number !== MODEL.trainingInfo)
    .filter(({ number }) => !title || !MODEL_NOTES.has(number))
    .map((field) => field.bytes);
  return {
    bytes: joined([...others, delimited(MODEL.graph, part)]),
    inputs,
    outputs: outputs.map((tensor) => ({ name: nameOf(tensor), tensor })),
  };
}

function withoutNotes({ number, value }: WireField, notes: ReadonlySet<number>, file: string): WireField {
  const fields = readFields(value ?? new Uint8Array(), file).filter((field) => !notes.has(field.number));
  const kept = joined(fields.map(({ bytes }) => bytes));
  return { number, bytes: delimited(number, kept), value: kept };
}

/**
 * What a node does in a part, by its position: it `makes` what an island gives, and it `lends` its values to islands that take it
 * along. A DequantizeLinear whose output is one of the model's own may do both.
 */
function usesOf(
  islands: readonly Island[],
  nodes: readonly NodeProto[],
): ReadonlyMap<number, { readonly makes: boolean; readonly lends: boolean }> {
  const uses = new Map<number, { makes: boolean; lends: boolean }>();
  for (const { nodeIndexes, outputs } of islands) {
    const given = new Set(outputs);
    for (const at of nodeIndexes) {
      const use = uses.get(at) ?? { makes: false, lends: false };
      if (nodes[at]?.output?.some((name) => given.has(name))) use.makes = true;
      else use.lends = true;
      uses.set(at, use);
    }
  }
  return uses;
}

/** The second copy of a node: the runtime refuses two nodes of one name. */
function withoutName({ value }: WireField, file: string): Uint8Array {
  const fields = readFields(value ?? new Uint8Array(), file).filter(({ number }) => number !== NODE.name);
  return delimited(GRAPH.node, joined(fields.map((field) => field.bytes)));
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
    return !LEFT_OUT.has(field.number);
  });
}

/** Without a header the runtime infers dtype and shape, which it does for outputs only. */
function valueInfo(name: string, header: ReturnType<HeaderOf>): Uint8Array {
  if (!header) return textField(VALUE_INFO.name, name);
  const { dtype, shape } = header;
  // The first axis is left open, as it is in a model that takes any batch: what is optimized must not depend on the case. Not so
  // of a vector: it may be a shape, and then its length is the rank of what it makes.
  const dims = shape.map((length, axis) =>
    delimited(1, axis === 0 && shape.length > 1 ? new Uint8Array() : numberField(1, length)),
  );
  const tensorType = joined([numberField(1, codeOfDType(dtype)), delimited(2, joined(dims))]);
  return joined([textField(VALUE_INFO.name, name), delimited(VALUE_INFO.type, delimited(1, tensorType))]);
}
