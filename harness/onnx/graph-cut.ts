import type { Quantization, Tensor } from '../domain/tensor.ts';
import { type GraphIndex, indexGraph } from './graph-index.ts';
import { FOLLOWS, type GraphLinks, linkGraph } from './graph-links.ts';
import { multipliesFullRange } from './integer-arithmetic.ts';
import { integerQuantizationOf, quantizationOf } from './output-quantization.ts';
import { decodeModel, type NodeProto } from './proto.ts';
import { reductionLength } from './reduction-length.ts';

/**
 * A part of the graph between tensors that may be exposed: a quantized unit (DequantizeLinear, Conv, Relu, QuantizeLinear) that a
 * runtime fuses into one operator, or a single node.
 */
export interface Island {
  /** The node that computes. */
  readonly node: string;
  readonly opType: string;
  /** Position of that node among the model's nodes, from 0. */
  readonly index: number;
  /** Names of all nodes, in graph order; those that several islands share (DequantizeLinear of an input, constants) among them. */
  readonly nodes: readonly string[];
  readonly operators: readonly string[];
  /** Positions of all nodes. */
  readonly nodeIndexes: readonly number[];
  /** Cut tensors and graph inputs that it reads. */
  readonly inputs: readonly string[];
  /** Cut tensors and graph outputs that it makes. */
  readonly outputs: readonly string[];
  /** Tensors inside that are not cut, the last one last: what a quantizer reads. Exposing one may break the fusion. */
  readonly hidden: readonly string[];
}

/** What the model says of an island; the shape of diagnosis/evidence.ts. */
interface FactsOfIsland {
  readonly node: string;
  readonly opType: string;
  readonly operators: readonly string[];
  readonly constants: readonly Tensor[];
  readonly u8s8FullRange: boolean;
  readonly reductionLength?: number;
}

export interface GraphCut {
  /** In graph order. */
  readonly islands: readonly Island[];
  /** Nodes of the model. */
  readonly nodeCount: number;
  /** The grid of a tensor: of an integer tensor what it stands for, of a float one what it lies on. */
  quantizationOf(tensor: string): Quantization | undefined;
  factsOf(island: Island): FactsOfIsland;
}

/** Operators that hand values on in another form; what does so is not what an island is named after. */
const QUANTIZES = new Set(['QuantizeLinear', 'DequantizeLinear']);
const CONVERTS = new Set([...QUANTIZES, 'Cast', 'DynamicQuantizeLinear']);

/**
 * Cuts a model's main graph. A body of If, Loop or Scan is part of its node.
 * @throws UserError E_NOT_A_MODEL
 */
export function cutGraph(bytes: Uint8Array, file: string): GraphCut {
  const { graph } = decodeModel(bytes, file);
  const index = indexGraph(graph, file);
  const links = linkGraph(index);
  const groups = groupNodes(links);
  const islands = inGraphOrder(
    groups.map((own) => islandOf(own, links)).filter(({ outputs }) => outputs.length > 0),
  );
  return {
    islands,
    nodeCount: index.nodes.length,
    quantizationOf: (tensor) =>
      integerQuantizationOf(
        tensor,
        index,
        links.consumers.get(tensor)?.map((at) => index.nodes[at]!) ?? [],
      ) ?? quantizationOf(tensor, index),
    factsOf(island) {
      const main = index.nodes[island.index]!;
      const length = reductionLength(main, index);
      return {
        node: island.node,
        opType: island.opType,
        operators: island.operators,
        constants: constantsOf(main, index),
        u8s8FullRange: multipliesFullRange(main, index),
        ...(length === undefined ? {} : { reductionLength: length }),
      };
    },
  };
}

/** What an island reads comes before it; of two that do not depend on each other the one whose node stands first. */
function inGraphOrder(islands: readonly Island[]): readonly Island[] {
  const byIndex = [...islands].sort((left, right) => left.index - right.index);
  const maker = new Map(
    byIndex.flatMap((island) => island.outputs.map((output) => [output, island] as const)),
  );
  const begun = new Set<Island>();
  const order = new Set<Island>();
  for (const island of byIndex) {
    const stack = [island];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const isNew = !begun.has(top);
      begun.add(top);
      // What was begun and is not placed yet stands in a circle, as only a damaged graph has.
      const before = isNew
        ? top.inputs.flatMap((input) => maker.get(input) ?? []).filter((each) => !begun.has(each))
        : [];
      if (before.length > 0) stack.push(...before.reverse());
      else {
        stack.pop();
        order.add(top);
      }
    }
  }
  return [...order];
}

/**
 * Neighbouring islands as one, which is not severed inside: what a runtime fuses across them stays fused.
 * @param output the tensor that it is to give; what else they make stays inside
 */
export function mergeIslands(islands: readonly Island[], output: string): Island {
  const sorted = [...islands].sort((left, right) => left.index - right.index);
  const made = new Set(sorted.flatMap(({ outputs }) => outputs));
  const main = sorted.find(({ opType }) => !CONVERTS.has(opType) && !FOLLOWS.has(opType)) ?? sorted.at(-1)!;
  const nodes = new Map(
    sorted.flatMap((island) =>
      island.nodeIndexes.map(
        (at, n) => [at, { name: island.nodes[n]!, opType: island.operators[n]! }] as const,
      ),
    ),
  );
  const order = [...nodes.keys()].sort((left, right) => left - right);
  return {
    node: main.node,
    opType: main.opType,
    index: main.index,
    nodes: order.map((at) => nodes.get(at)!.name),
    operators: order.map((at) => nodes.get(at)!.opType),
    nodeIndexes: order,
    inputs: [...new Set(sorted.flatMap(({ inputs }) => inputs))].filter((input) => !made.has(input)),
    outputs: [output],
    hidden: [],
  };
}

/** Nodes that tensors between them hold together, because those cannot be exposed. */
function groupNodes({
  index,
  producer,
  consumers,
  isShared,
  isCut,
  graphOutputs,
}: GraphLinks): readonly (readonly number[])[] {
  const parent = index.nodes.map((_, at) => at);
  const rootOf = (at: number): number => {
    let root = at;
    while (parent[root] !== root) root = parent[root]!;
    for (let each = at; parent[each] !== root; ) [each, parent[each]] = [parent[each]!, root];
    return root;
  };
  for (const [tensor, made] of producer) {
    if (isCut(tensor) || isShared(made)) continue;
    for (const reader of consumers.get(tensor) ?? [])
      if (!isShared(reader)) parent[rootOf(reader)] = rootOf(made);
  }
  const groups = new Map<number, number[]>();
  for (const [at, node] of index.nodes.entries()) {
    const isOutput = (node.output ?? []).some((output) => graphOutputs.has(output));
    if (isShared(at) && !isOutput) continue;
    const root = rootOf(at);
    const group = groups.get(root);
    if (group) group.push(at);
    else groups.set(root, [at]);
  }
  return [...groups.values()];
}

function islandOf(own: readonly number[], links: GraphLinks): Island {
  const { index, names, producer, consumers, reads, graphInputs, graphOutputs, noTensors, isShared, isCut } =
    links;
  const all = new Set<number>(own);
  const inputs = new Set<string>();
  const waiting = [...own];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    for (const tensor of reads[at]!) {
      const made = producer.get(tensor);
      if (made !== undefined && isShared(made)) {
        if (!all.has(made)) waiting.push(made);
        all.add(made);
      } else if (graphInputs.has(tensor) || isCut(tensor)) inputs.add(tensor);
    }
  }
  const order = [...all].sort((left, right) => left - right);
  const main = mainNode(own, index.nodes);
  const outputs = own.flatMap((at) =>
    (index.nodes[at]!.output ?? []).filter(
      (tensor) =>
        tensor && (graphOutputs.has(tensor) || (isCut(tensor) && (consumers.get(tensor) ?? []).length > 0)),
    ),
  );
  return {
    node: names[main]!,
    opType: index.nodes[main]!.opType ?? '',
    index: main,
    nodes: order.map((at) => names[at]!),
    operators: order.map((at) => index.nodes[at]!.opType ?? ''),
    nodeIndexes: order,
    inputs: [...inputs],
    outputs,
    hidden: own.flatMap((at) =>
      isShared(at)
        ? []
        : (index.nodes[at]!.output ?? []).filter(
            (tensor) => tensor && !noTensors.has(tensor) && !isCut(tensor) && !graphOutputs.has(tensor),
          ),
    ),
  };
}

/** The first that computes; failing that the first that does more than quantize. */
function mainNode(own: readonly number[], nodes: readonly NodeProto[]): number {
  const sorted = [...own].sort((left, right) => left - right);
  const opTypeOf = (at: number) => nodes[at]!.opType ?? '';
  return (
    sorted.find((at) => !CONVERTS.has(opTypeOf(at)) && !FOLLOWS.has(opTypeOf(at))) ??
    sorted.find((at) => !QUANTIZES.has(opTypeOf(at))) ??
    sorted[0]!
  );
}

/** Constants that a node reads, directly or through DequantizeLinear. */
function constantsOf(node: NodeProto, index: GraphIndex): readonly Tensor[] {
  return (node.input ?? []).flatMap((input) => {
    const producer = index.producerOf(input);
    const name = producer?.opType === 'DequantizeLinear' ? (producer.input?.[0] ?? '') : input;
    // An element type that fleetdiff does not know is no reason to refuse the graph.
    return (name && index.dtypeOf(name) && index.constant(name)) || [];
  });
}
