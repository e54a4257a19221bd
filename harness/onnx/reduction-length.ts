import { attribute, type GraphIndex } from './graph-index.ts';
import type { NodeProto } from './proto.ts';

/** Where an operator has its weights, and along which of their axes it sums. */
const WEIGHTS: ReadonlyMap<string, { readonly input: number; readonly kind: 'conv' | 'matmul' | 'gemm' }> =
  new Map(
    Object.entries({
      Conv: { input: 1, kind: 'conv' },
      ConvInteger: { input: 1, kind: 'conv' },
      QLinearConv: { input: 3, kind: 'conv' },
      MatMul: { input: 1, kind: 'matmul' },
      MatMulInteger: { input: 1, kind: 'matmul' },
      MatMulIntegerToFloat: { input: 1, kind: 'matmul' },
      DynamicQuantizeMatMul: { input: 1, kind: 'matmul' },
      QLinearMatMul: { input: 3, kind: 'matmul' },
      Gemm: { input: 1, kind: 'gemm' },
      QGemm: { input: 3, kind: 'gemm' },
    } as const),
  );

/** Products that are summed per output element; undefined for operators that sum none, or whose weights are no constants. */
export function reductionLength(node: NodeProto, graph: GraphIndex): number | undefined {
  if (node.opType === 'MatMulNBits') return Number(attribute(node, 'K')?.i ?? 0) || undefined;
  const operator = WEIGHTS.get(node.opType ?? '');
  const name = operator && node.input?.[operator.input];
  if (!operator || !name) return undefined;
  const producer = graph.producerOf(name);
  const held = producer?.opType === 'DequantizeLinear' ? producer.input?.[0] : name;
  const shape = held && graph.dtypeOf(held) ? graph.constant(held)?.shape : undefined;
  if (!shape || shape.length < 2) return undefined;
  if (operator.kind === 'conv') return shape.slice(1).reduce((product, length) => product * length, 1);
  if (operator.kind === 'matmul') return shape.at(-2);
  return Number(attribute(node, 'transB')?.i ?? 0) ? shape[1] : shape[0];
}
