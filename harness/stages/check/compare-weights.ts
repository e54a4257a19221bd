import type { ModelCheck, WeightChange } from '../../domain/model-check.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import { DTYPE_BITS, elementCount, type Tensor } from '../../domain/tensor.ts';
import { constantNumbers } from '../../onnx/constants.ts';
import { decodeModel, type GraphProto } from '../../onnx/proto.ts';
import { tensorOfProto } from '../../onnx/tensor-proto.ts';

export interface ModelFile {
  readonly bytes: Uint8Array;
  /** Named in errors. */
  readonly path: string;
}

/**
 * Initializers of the main graph by name: those that are the same in both models are left out.
 * @throws UserError for a model that cannot be read, as `decodeModel` and `tensorOfProto` do
 */
export function compareWeights(
  base: ModelFile,
  head: ModelFile,
): Pick<ModelCheck, 'weights' | 'initializers' | 'nodes'> {
  const [before, after] = [base, head].map((file) => decodeModel(file.bytes, file.path).graph) as [
    GraphProto,
    GraphProto,
  ];
  const [old, fresh] = [initializersOf(before, base.path), initializersOf(after, head.path)];
  const kept = [...fresh].flatMap(([name, tensor]): WeightChange[] => {
    const earlier = old.get(name);
    if (earlier === undefined) return [whole('added', tensor)];
    return changeOf(earlier, tensor);
  });
  const removed = [...old].flatMap(([name, tensor]) => (fresh.has(name) ? [] : [whole('removed', tensor)]));
  return {
    weights: [...kept, ...removed],
    initializers: { base: old.size, head: fresh.size },
    nodes: { base: before.node?.length ?? 0, head: after.node?.length ?? 0 },
  };
}

function initializersOf(graph: GraphProto, file: string): ReadonlyMap<string, Tensor> {
  return new Map(
    (graph.initializer ?? []).map((proto) => [proto.name ?? '', tensorOfProto(proto, file)] as const),
  );
}

function whole(change: WeightChange['change'], { name, dtype, shape, data }: Tensor): WeightChange {
  const elements = elementCount(shape);
  const bytes = data.byteLength;
  return { initializer: name, change, dtype, shape, elements, changed: elements, max_abs: null, bytes };
}

function changeOf(before: Tensor, after: Tensor): WeightChange[] {
  const { dtype, shape } = before;
  if (dtype !== after.dtype || shape.join() !== after.shape.join()) {
    return [{ ...whole('reshaped', after), before: { dtype, shape } }];
  }
  if (Buffer.compare(before.data, after.data) === 0) return [];
  const [old, fresh] = [constantNumbers(before), constantNumbers(after)];
  const changed = changedElements(before, after);
  const max_abs =
    old === undefined || fresh === undefined ? null : toJsonNumber(largestDifference(old, fresh));
  return [{ ...whole('changed', after), changed, max_abs }];
}

/** Elements whose bits differ; strings have no fixed width and count as one. */
function changedElements(before: Tensor, after: Tensor): number {
  const bits = DTYPE_BITS[before.dtype];
  if (bits === 0) return 1;
  let changed = 0;
  if (bits === 4) {
    for (let at = 0; at < after.data.length; at += 1) {
      const differing = before.data[at]! ^ after.data[at]!;
      changed += ((differing & 15) === 0 ? 0 : 1) + (differing >> 4 === 0 ? 0 : 1);
    }
    return changed;
  }
  const width = bits / 8;
  for (let at = 0; at < after.data.length; at += width) {
    for (let byte = at; byte < at + width; byte += 1) {
      if (before.data[byte] === after.data[byte]) continue;
      changed += 1;
      break;
    }
  }
  return changed;
}

/** NaN where a value turned into NaN, or out of it. */
function largestDifference(before: ArrayLike<number>, after: ArrayLike<number>): number {
  let largest = 0;
  for (let at = 0; at < after.length; at += 1) {
    if (Object.is(before[at], after[at])) continue;
    largest = Math.max(largest, Math.abs(after[at]! - before[at]!));
  }
  return largest;
}
