import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { TraceRow } from '../../../harness/domain/diagnosis.ts';
import { cutGraph } from '../../../harness/onnx/graph-cut.ts';
import { withUnseen } from '../../../harness/stages/localize/with-unseen.ts';

const MODEL = path.resolve(import.meta.dirname, '../../../fixtures/digits/models/digits.u8s8.onnx');
const cut = cutGraph(readFileSync(MODEL), MODEL);

/** The digits' trace in which these tensors could not be seen. */
function traceWithout(...unseen: readonly string[]): readonly TraceRow[] {
  return cut.islands.flatMap(({ node, opType, nodes, outputs }) =>
    outputs.map((tensor) => ({
      tensor,
      node,
      opType,
      nodes,
      dtype: 'uint8' as const,
      shape: [1],
      accumulated: unseen.includes(tensor) ? null : { identical: tensor === 'logits' ? 0 : 1 },
      intrinsic: { identical: 1 },
    })),
  );
}

const at = (trace: readonly TraceRow[], tensor: string) => trace.find((row) => row.tensor === tensor)!;

describe('the first tensor that is seen to differ', () => {
  test('stands alone when the tensor before it was seen', () => {
    const trace = traceWithout('r1_q');
    const { island, unseen } = withUnseen(at(trace, 'logits'), trace, cut);
    expect(unseen).toEqual([]);
    expect(island).toBe(cut.islands.at(-1));
  });

  // What S8S8 weights do on an emulated Haswell: every tap behind r4_q changes the outputs.
  test('stands for the nodes before it that nobody could see, and is named after the first that computes', () => {
    const trace = traceWithout('flat_q', 'logits_q');
    const { island, unseen } = withUnseen(at(trace, 'logits'), trace, cut);
    expect([...unseen].sort()).toEqual(['flat_q', 'logits_q']);
    expect(island).toMatchObject({
      node: 'logits_node',
      opType: 'Gemm',
      inputs: ['r4_q'],
      outputs: ['logits'],
    });
    expect(island.operators.filter((operator) => !/Linear/.test(operator))).toEqual(['Flatten', 'Gemm']);
    // In graph order, each once.
    expect(island.nodeIndexes).toEqual([...new Set(island.nodeIndexes)].sort((left, right) => left - right));
    expect(cut.factsOf(island)).toMatchObject({ node: 'logits_node', reductionLength: 1568 });
  });

  test('takes both branches along, and what was seen is where it ends', () => {
    const trace = traceWithout('rs_q', 'r4_q');
    const { island, unseen } = withUnseen(at(trace, 'flat_q'), trace, cut);
    expect([...unseen].sort()).toEqual(['r4_q', 'rs_q']);
    expect(island).toMatchObject({ node: 'rs_node', inputs: ['mp_q'], outputs: ['flat_q'] });
  });
});
