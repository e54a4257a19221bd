import type { GraphIndex } from './graph-index.ts';
import { namesRead } from './names-read.ts';
import { namesOfNoTensor } from './no-tensor.ts';
import type { NodeProto } from './proto.ts';

/** Operators that a runtime fuses behind another one, or that only move elements. */
export const FOLLOWS = new Set([
  ...['Relu', 'Clip', 'LeakyRelu', 'Sigmoid', 'HardSigmoid', 'HardSwish', 'Tanh', 'Elu', 'PRelu', 'Gelu'],
  ...[
    'Identity',
    'Reshape',
    'Flatten',
    'Transpose',
    'Squeeze',
    'Unsqueeze',
    'MaxPool',
    'Slice',
    'Gather',
    'Pad',
  ],
]);
/** A graph as positions of nodes. */
export interface GraphLinks {
  readonly index: GraphIndex;
  readonly names: readonly string[];
  readonly producer: ReadonlyMap<string, number>;
  readonly consumers: ReadonlyMap<string, readonly number[]>;
  readonly reads: readonly (readonly string[])[];
  readonly graphInputs: ReadonlySet<string>;
  readonly graphOutputs: ReadonlySet<string>;
  /** Sequences and optionals, which cannot be exposed. */
  readonly noTensors: ReadonlySet<string>;
  /** Held by the model or computed from what it holds. */
  readonly isConstant: (tensor: string) => boolean;
  /** Every reader takes it along: constants, and DequantizeLinear of what is exposed as integers. */
  readonly isShared: (node: number) => boolean;
  readonly isCut: (tensor: string) => boolean;
}

export function linkGraph(index: GraphIndex): GraphLinks {
  const { nodes, graph } = index;
  const producer = new Map<string, number>();
  const consumers = new Map<string, number[]>();
  const reads = nodes.map((node) => [...namesRead(node)]);
  for (const [at, node] of nodes.entries()) {
    for (const output of node.output ?? []) if (output) producer.set(output, at);
    for (const input of reads[at]!) {
      const readers = consumers.get(input);
      if (readers) readers.push(at);
      else consumers.set(input, [at]);
    }
  }
  const initializers = new Set([
    ...(graph.initializer ?? []).map(({ name }) => name ?? ''),
    ...(graph.sparseInitializer ?? []).map(({ values }) => values?.name ?? ''),
  ]);
  const graphInputs = new Set(
    (graph.input ?? []).map(({ name }) => name ?? '').filter((name) => !initializers.has(name)),
  );
  const noTensors = namesOfNoTensor(graph);
  const graphOutputs = new Set((graph.output ?? []).map(({ name }) => name ?? ''));
  // Nodes stand in topological order, so what they read is known by then.
  const constantNodes = new Set<number>();
  const isConstant = (tensor: string) =>
    initializers.has(tensor) || constantNodes.has(producer.get(tensor) ?? -1);
  for (const [at, node] of nodes.entries()) {
    const read = reads[at]!;
    const fromConstants = read.length > 0 && read.every(isConstant) && !isRandom(node);
    if (node.opType === 'Constant' || fromConstants) constantNodes.add(at);
  }
  const isDequantize = (at: number) => nodes[at]?.opType === 'DequantizeLinear';
  const isShared = (at: number) => constantNodes.has(at) || isDequantize(at);
  const mustCut = (tensor: string, made: number): boolean => {
    if (isConstant(tensor)) return false;
    if (graphOutputs.has(tensor)) return true;
    if (isDequantize(made) || noTensors.has(tensor)) return false;
    const readers = consumers.get(tensor) ?? [];
    const reader = nodes[readers[0] ?? -1];
    if (readers.length !== 1 || reader?.input?.[0] !== tensor) return true;
    if (reader.opType === 'QuantizeLinear') return false;
    const [next] = reader.output ?? [];
    const staysInside = next && reader.output?.length === 1 && !cut.has(next);
    return !(FOLLOWS.has(reader.opType ?? '') && staysInside && (producer.get(next) ?? -1) > made);
  };
  const cut = new Set<string>();
  const isCut = (tensor: string) => cut.has(tensor);
  // Backwards: whether a tensor is cut depends on what its reader makes. No recursion, however long or damaged the graph is.
  const made = [...producer].sort(([, left], [, right]) => right - left);
  for (const [tensor, at] of made) if (mustCut(tensor, at)) cut.add(tensor);
  const names = uniqueNames(nodes);
  return {
    index,
    names,
    producer,
    consumers,
    reads,
    graphInputs,
    graphOutputs,
    noTensors,
    isConstant,
    isShared,
    isCut,
  };
}

/** The model's names where they are unique; else the operator and its position. */
function uniqueNames(nodes: readonly NodeProto[]): readonly string[] {
  const times = new Map<string, number>();
  for (const { name } of nodes) times.set(name ?? '', (times.get(name ?? '') ?? 0) + 1);
  return nodes.map(({ name, opType }, at) =>
    name && times.get(name) === 1 ? name : `${opType ?? ''}#${at}`,
  );
}

function isRandom({ opType }: NodeProto): boolean {
  return /^(Random|Bernoulli|Multinomial)/.test(opType ?? '');
}
