import type { Comparison, Decisions, JsonNumber, WorstElement } from '../../domain/run-files.ts';
import { fromJsonNumber } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import type { ElementComparison } from '../../numerics/element-comparison.ts';
import type { PairLedger } from './pair-ledger.ts';
import { isFurther, worstDecisions, worstMetrics } from './worst-of.ts';

/** How the answers of a target to one case compare with the reference's; shared by all targets that gave the same ones. */
export interface Question {
  readonly suite: PlannedSuite;
  readonly case: string;
  readonly tensor: string;
  readonly reference: StoredTensor;
  /** The different answers among the target's repeats. */
  readonly candidates: readonly StoredTensor[];
  /** Largest |difference| between two repeats of the target, in the tensor's unit. */
  readonly repeatNoise: JsonNumber;
}

/** A comparison but for who asked. */
export type Body = Comparison extends infer Each
  ? Each extends Comparison
    ? Omit<Each, 'suite' | 'case' | 'target' | 'tensor'>
    : never
  : never;

type Compared = Extract<ElementComparison, { status: 'compared' }>;

/**
 * Every different answer among the repeats is compared and the worst of each metric kept, so that a target cannot pass on the
 * luck of its first repeat.
 */
export async function answerQuestion(question: Question, ledger: PairLedger): Promise<Body> {
  const { suite, reference, candidates } = question;
  const declared = suite.model.facts.outputs.find(({ name }) => name === question.tensor);
  try {
    const all: { candidate: StoredTensor; elements: Compared }[] = [];
    for (const candidate of candidates) {
      const elements = await ledger.elements(reference, candidate, declared?.quantization);
      if (elements.status === 'notComparable') return { status: 'notComparable', reason: elements.reason };
      all.push({ candidate, elements });
    }
    const worst = all.reduce((left, right) =>
      isFurther(right.elements.metrics, left.elements.metrics) ? right : left,
    );
    const identical = all.every(({ elements }) => elements.identical);
    const { histograms } = worst.elements;
    const decisions = await decideWorst(question, ledger);
    return {
      status: 'compared',
      dtype: reference.dtype,
      shape: reference.shape,
      identical,
      digest: { reference: reference.sha256, candidate: worst.candidate.sha256 },
      metrics: worstMetrics(all.map(({ elements }) => elements.metrics)),
      ...(worst.elements.worst ? { worst: worst.elements.worst } : {}),
      worstElements: worst.elements.worstElements as readonly WorstElement[],
      ...(histograms && !identical ? { histograms } : {}),
      ...(decisions ? { decisions } : {}),
    };
  } catch (error) {
    // A damaged or missing blob is this pair's trouble, not the run's.
    if (!(error instanceof UserError)) throw error;
    const reason = error.place ? `${error.message} (${error.place.file})` : error.message;
    return { status: 'notComparable', reason };
  }
}

async function decideWorst(question: Question, ledger: PairLedger): Promise<Decisions | undefined> {
  const { suite, reference, candidates } = question;
  const { task } = suite;
  if (!task || task.output !== question.tensor) return undefined;
  const declared = suite.model.facts.outputs.find(({ name }) => name === question.tensor);
  const scales = declared?.quantization?.scale ?? [];
  const step = scales.length === 1 ? scales[0] : undefined;
  const repeatNoise = finiteOrZero(fromJsonNumber(question.repeatNoise));
  const sample = JSON.stringify([suite.name, question.case, repeatNoise]);
  const all: Decisions[] = [];
  for (const candidate of candidates) {
    all.push(
      await ledger.decisions(reference, candidate, sample, {
        caseName: question.case,
        topK: task.topK,
        repeatNoise,
        ...(task.batchAxis === undefined ? {} : { batchAxis: task.batchAxis }),
        ...(task.expected ? { expected: task.expected } : {}),
        ...(step === undefined ? {} : { step }),
      }),
    );
  }
  return worstDecisions(all);
}

/** Noise without a number excuses nothing. */
function finiteOrZero(value: number): number {
  return Number.isFinite(value) ? value : 0;
}
