import type { Quantization } from '../domain/tensor.ts';
import { constantNumbers } from './constants.ts';
import { attribute, type GraphIndex } from './graph-index.ts';
import type { NodeProto } from './proto.ts';

/** Operators that only move or drop elements: what comes out lies on the grid of what went in. */
const KEEPS_VALUES = new Set([
  'Identity',
  'Reshape',
  'Flatten',
  'Transpose',
  'Squeeze',
  'Unsqueeze',
  'Slice',
  'Gather',
  'Split',
  'Expand',
  'Tile',
  'MaxPool',
  'DepthToSpace',
  'SpaceToDepth',
]);

/**
 * The grid that a float tensor lies on: the scale and zero point of the DequantizeLinear that it comes from, directly or
 * through operators that only move elements. Undefined when there is none, or when its scale is no constant.
 */
export function quantizationOf(tensor: string, graph: GraphIndex): Quantization | undefined {
  const seen = new Set<NodeProto>();
  let moved = false;
  for (let producer = graph.producerOf(tensor); producer && !seen.has(producer); ) {
    seen.add(producer);
    const opType = producer.opType ?? '';
    if (opType === 'DequantizeLinear') {
      return keptBy(moved, readQuantization(producer, graph));
    }
    if (!KEEPS_VALUES.has(opType)) return undefined;
    moved ||= opType !== 'Identity';
    producer = graph.producerOf(producer.input?.[0] ?? '');
  }
  return undefined;
}

/** Where operators that make integers have the scale of their output; its zero point follows. */
const OUTPUT_SCALE: ReadonlyMap<string, number> = new Map([
  ['QuantizeLinear', 1],
  ['QLinearConv', 6],
  ['QLinearMatMul', 6],
  ['QGemm', 7],
  ['QLinearAdd', 6],
  ['QLinearMul', 6],
  ['QLinearWhere', 7],
  ['QLinearConcat', 0],
  ['QLinearAveragePool', 3],
  ['QLinearGlobalAveragePool', 3],
  ['QLinearReduceMean', 3],
  ['QLinearSigmoid', 3],
  ['QLinearLeakyRelu', 3],
  ['QLinearSoftmax', 3],
]);

/**
 * What an integer tensor stands for: the scale and zero point of the operator that makes it, or of a DequantizeLinear that reads
 * it. Undefined when neither says, or when they are no constants.
 */
export function integerQuantizationOf(
  tensor: string,
  graph: GraphIndex,
  readers: readonly NodeProto[],
): Quantization | undefined {
  const seen = new Set<NodeProto>();
  let moved = false;
  for (let made = graph.producerOf(tensor); made && !seen.has(made); ) {
    seen.add(made);
    const opType = made.opType ?? '';
    const at = OUTPUT_SCALE.get(opType);
    if (at !== undefined) return keptBy(moved, readQuantization(made, graph, at));
    if (!KEEPS_VALUES.has(opType)) break;
    moved ||= opType !== 'Identity';
    made = graph.producerOf(made.input?.[0] ?? '');
  }
  const reader = readers.find(({ opType, input }) => opType === 'DequantizeLinear' && input?.[0] === tensor);
  return reader && readQuantization(reader, graph);
}

/** Elements that were moved may have left the axis that the scales belong to: only one scale for all survives that. */
function keptBy(moved: boolean, quantization: Quantization | undefined): Quantization | undefined {
  return moved && quantization?.axis !== null ? undefined : quantization;
}

/** @param at position of the scale among the node's inputs */
function readQuantization(node: NodeProto, graph: GraphIndex, at = 1): Quantization | undefined {
  const [scaleName, zeroPointName] = (node.input ?? []).slice(at);
  const scale = numbersOf(scaleName, graph);
  if (!scale || isBlocked(node)) return undefined;
  const zeroPoint = zeroPointName ? numbersOf(zeroPointName, graph) : scale.map(() => 0);
  if (!zeroPoint || zeroPoint.length !== scale.length) return undefined;
  const perTensor = graph.constant(scaleName!)!.shape.length === 0 || scale.length === 1;
  return { scale, zeroPoint, axis: perTensor ? null : Number(attribute(node, 'axis')?.i ?? 1) };
}

/** One scale per block of elements (opset 21): no grid that `Quantization` can say. */
function isBlocked(node: NodeProto): boolean {
  return Number(attribute(node, 'block_size')?.i ?? 0) > 0;
}

function numbersOf(tensor: string | undefined, graph: GraphIndex): number[] | undefined {
  const constant = tensor ? graph.constant(tensor) : undefined;
  const numbers = constant && constantNumbers(constant);
  return numbers && Array.from(numbers);
}
