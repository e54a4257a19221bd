import type { DType } from '../domain/tensor.ts';
import { constantNumbers } from './constants.ts';
import type { GraphIndex } from './graph-index.ts';
import type { NodeProto } from './proto.ts';

/** Where an integer operator has its operands; `dynamic`: it quantizes its activations itself, always to uint8. */
interface IntegerOperator {
  readonly activation: number;
  readonly activationZeroPoint?: number;
  readonly weights: readonly number[];
  readonly dynamic?: boolean;
}

/** ai.onnx and com.microsoft operators that multiply integers (ONNX Operators.md, ONNX Runtime ContribOperators.md). */
const INTEGER_OPERATORS: ReadonlyMap<string, IntegerOperator> = new Map(
  Object.entries({
    QLinearConv: { activation: 0, activationZeroPoint: 2, weights: [3] },
    QLinearMatMul: { activation: 0, activationZeroPoint: 2, weights: [3] },
    QGemm: { activation: 0, activationZeroPoint: 2, weights: [3] },
    ConvInteger: { activation: 0, activationZeroPoint: 2, weights: [1] },
    MatMulInteger: { activation: 0, activationZeroPoint: 2, weights: [1] },
    MatMulIntegerToFloat: { activation: 0, activationZeroPoint: 4, weights: [1] },
    DynamicQuantizeMatMul: { activation: 0, weights: [1], dynamic: true },
    DynamicQuantizeLSTM: { activation: 0, weights: [1, 2], dynamic: true },
    QAttention: { activation: 0, activationZeroPoint: 6, weights: [1] },
  }),
);

/** Float operators that a runtime fuses into integer ones between DequantizeLinear nodes. */
const FUSABLE = new Set(['Conv', 'ConvTranspose', 'Gemm', 'MatMul']);

/**
 * Largest |weight| whose worst pair sum 2 · 255 · |w| fits int16, where VPMADDUBSW saturates: 64. Weights of 7 bits
 * ("reduced range") stay within it.
 */
const LARGEST_SAFE_WEIGHT = 64;

export function isIntegerOperator(node: NodeProto): boolean {
  return INTEGER_OPERATORS.has(node.opType ?? '');
}

/** True when the node multiplies uint8 activations with constant int8 weights beyond 7 bits, now or once it is fused. */
export function multipliesFullRange(node: NodeProto, graph: GraphIndex): boolean {
  const operator = INTEGER_OPERATORS.get(node.opType ?? '');
  if (operator) {
    const uint8 = operator.dynamic || activationDtype(node, operator, graph) === 'uint8';
    return uint8 && operator.weights.some((index) => isFullRange(node.input?.[index] ?? '', graph));
  }
  if (!FUSABLE.has(node.opType ?? '')) return false;
  const activation = dequantized(node.input?.[0], graph);
  const weights = dequantized(node.input?.[1], graph);
  if (activation === undefined || weights === undefined) return false;
  return quantizedDtype(activation, graph) === 'uint8' && isFullRange(weights, graph);
}

function activationDtype(node: NodeProto, operator: IntegerOperator, graph: GraphIndex): DType | undefined {
  const zeroPoint = node.input?.[operator.activationZeroPoint ?? -1];
  const declared = zeroPoint ? graph.dtypeOf(zeroPoint) : undefined;
  return declared ?? quantizedDtype(node.input?.[operator.activation] ?? '', graph);
}

/** The integer tensor behind a DequantizeLinear; undefined when `tensor` is not what one gives. */
function dequantized(tensor: string | null | undefined, graph: GraphIndex): string | undefined {
  const producer = tensor ? graph.producerOf(tensor) : undefined;
  return producer?.opType === 'DequantizeLinear' ? producer.input?.[0] : undefined;
}

/** Operators that hand integers on as they are. */
const HANDS_ON = new Set(['Identity', 'Reshape', 'Flatten', 'Transpose', 'Squeeze', 'Unsqueeze', 'MaxPool']);

/** Operators whose zero point names their output's dtype, and the input where it stands; without one it is uint8. */
const QUANTIZES: ReadonlyMap<string, number> = new Map(
  Object.entries({
    QuantizeLinear: 2,
    QLinearConv: 7,
    QLinearMatMul: 7,
    QGemm: 8,
    QLinearAdd: 7,
    QLinearMul: 7,
    QLinearGlobalAveragePool: 4,
    QLinearAveragePool: 4,
  }),
);

/** The dtype of an integer tensor, from what declares or makes it; undefined when the model does not say. */
function quantizedDtype(tensor: string, graph: GraphIndex): DType | undefined {
  const seen = new Set<string>();
  for (let name = tensor; !seen.has(name); ) {
    seen.add(name);
    const producer = graph.producerOf(name);
    const declared = graph.dtypeOf(name);
    if (declared || !producer) return declared;
    const opType = producer.opType ?? '';
    if (opType === 'DynamicQuantizeLinear') return 'uint8';
    const index = QUANTIZES.get(opType);
    if (index !== undefined) {
      const zeroPoint = producer.input?.[index];
      return zeroPoint ? graph.dtypeOf(zeroPoint) : 'uint8';
    }
    if (!HANDS_ON.has(opType)) return undefined;
    name = producer.input?.[0] ?? '';
  }
  return undefined;
}

function isFullRange(tensor: string, graph: GraphIndex): boolean {
  const constant = graph.constant(tensor);
  if (constant?.dtype !== 'int8') return false;
  const weights = constantNumbers(constant) ?? [];
  for (let index = 0; index < weights.length; index++) {
    if (Math.abs(weights[index]!) > LARGEST_SAFE_WEIGHT) return true;
  }
  return false;
}
