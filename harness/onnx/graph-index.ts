import type { Tensor } from '../domain/tensor.ts';
import { dtypeOfCode } from './dtype-codes.ts';
import type { GraphProto, NodeProto, TensorProto } from './proto.ts';
import { tensorOfProto } from './tensor-proto.ts';

/** What stands where in a graph. A subgraph (a body of If, Loop, Scan) sees the names of the graph around it. */
export interface GraphIndex {
  readonly file: string;
  readonly graph: GraphProto;
  readonly nodes: readonly NodeProto[];
  /** The node that makes a tensor; undefined for graph inputs and constants. */
  producerOf(tensor: string): NodeProto | undefined;
  /** A tensor whose elements the model holds: an initializer, or what a Constant node gives. */
  constant(tensor: string): Tensor | undefined;
  /** Declared ONNX element type of a graph input, or of a constant. */
  dtypeOf(tensor: string): Tensor['dtype'] | undefined;
}

export function indexGraph(graph: GraphProto, file: string, outer?: GraphIndex): GraphIndex {
  const nodes = graph.node ?? [];
  const producers = new Map<string, NodeProto>();
  const protos = new Map<string, TensorProto>();
  for (const proto of graph.initializer ?? []) protos.set(proto.name ?? '', proto);
  for (const node of nodes) {
    for (const output of node.output ?? []) producers.set(output, node);
    const value = node.opType === 'Constant' ? attribute(node, 'value')?.t : undefined;
    if (value) protos.set(node.output?.[0] ?? '', value);
  }
  const inputs = new Map(
    (graph.input ?? []).map((input) => [
      input.name ?? '',
      dtypeOfCode(input.type?.tensorType?.elemType ?? 0),
    ]),
  );
  const read = new Map<string, Tensor>();
  const isLocal = (tensor: string) => producers.has(tensor) || protos.has(tensor) || inputs.has(tensor);
  return {
    file,
    graph,
    nodes,
    producerOf: (tensor) => (isLocal(tensor) ? producers.get(tensor) : outer?.producerOf(tensor)),
    constant(tensor) {
      const proto = protos.get(tensor);
      if (!proto) return isLocal(tensor) ? undefined : outer?.constant(tensor);
      const known = read.get(tensor) ?? tensorOfProto(proto, file);
      read.set(tensor, known);
      return known;
    },
    dtypeOf(tensor) {
      const proto = protos.get(tensor);
      if (proto) return dtypeOfCode(proto.dataType ?? 0);
      return inputs.get(tensor) ?? (isLocal(tensor) ? undefined : outer?.dtypeOf(tensor));
    },
  };
}

/** The graph and every graph inside it, outermost first. */
export function allGraphs(root: GraphIndex): readonly GraphIndex[] {
  const bodies = root.nodes.flatMap((node) =>
    (node.attribute ?? []).flatMap(({ g, graphs }) => [...(g ? [g] : []), ...(graphs ?? [])]),
  );
  return [root, ...bodies.flatMap((body) => allGraphs(indexGraph(body, root.file, root)))];
}

export function attribute(node: NodeProto, name: string) {
  return (node.attribute ?? []).find((candidate) => candidate.name === name);
}
