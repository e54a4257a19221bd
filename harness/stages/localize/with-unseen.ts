import type { TraceRow } from '../../domain/diagnosis.ts';
import { type GraphCut, type Island, mergeIslands } from '../../onnx/graph-cut.ts';

/** An island, and how many islands it was made of. */
export interface Divergent {
  readonly island: Island;
  /** Tensors inside that could not be seen: any node between them may be the one that differs. */
  readonly unseen: readonly string[];
}

/**
 * The island of a tensor that differs, together with those before it of which nothing could be seen: where taps change the
 * outputs, the first tensor that is seen to differ need not be the first that does.
 */
export function withUnseen({ tensor }: TraceRow, trace: readonly TraceRow[], cut: GraphCut): Divergent {
  const islandOf = new Map(
    cut.islands.flatMap((island) => island.outputs.map((output) => [output, island] as const)),
  );
  const unseenRows = new Set(
    trace.filter(({ accumulated }) => accumulated === null).map((row) => row.tensor),
  );
  const own = islandOf.get(tensor)!;
  const together = new Set([own]);
  const unseen: string[] = [];
  // A set is walked through to what is added on the way.
  for (const island of together) {
    for (const input of island.inputs) {
      const before = unseenRows.has(input) ? islandOf.get(input) : undefined;
      if (!before) continue;
      unseen.push(input);
      together.add(before);
    }
  }
  return { island: together.size === 1 ? own : mergeIslands([...together], tensor), unseen };
}
