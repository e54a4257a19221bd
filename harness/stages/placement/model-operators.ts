import type { ModelOperators } from '../../domain/fusions.ts';
import { allGraphs, indexGraph } from '../../onnx/graph-index.ts';
import { decodeModel } from '../../onnx/proto.ts';

/** Nodes of a model and of the graphs inside it, by name and by what they make. `file` is named in errors: E_NOT_A_MODEL. */
export function modelOperators(bytes: Uint8Array, file: string): ModelOperators {
  const nodes = allGraphs(indexGraph(decodeModel(bytes, file).graph, file)).flatMap((graph) => graph.nodes);
  const named = nodes.filter(({ name }) => name);
  return {
    opTypes: new Map(named.map(({ name, opType }) => [name ?? '', opType ?? ''])),
    producers: new Map(
      named.flatMap(({ name, output }) => (output ?? []).map((tensor) => [tensor, name ?? ''] as const)),
    ),
    known: new Set(nodes.map(({ opType }) => opType ?? '')),
  };
}
