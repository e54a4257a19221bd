import type { Comparison, Determinism, JsonNumber } from '../../domain/run-files.ts';
import type { PlannedSuite } from '../../domain/suite.ts';
import type { StoredTensor } from '../../domain/tensor.ts';
import type { CapturedCapture } from '../deliveries.ts';
import type { Body, Question } from './answer-question.ts';
import { answerOf, distinctAnswers } from './answers.ts';
import type { ReferenceOutputs } from './reference-outputs.ts';

type Place = Pick<Comparison, 'suite' | 'case' | 'tensor'>;

/** One comparison to be made: of what, and the question; or the refusal where there is nothing to compare. */
export type Asked = { readonly place: Place } & (
  | { readonly question: Question }
  | { readonly refusal: Body }
);

export interface SuiteQuestions {
  /** Every question once; those of one case are neighbours, so that what it takes from blobs is still at hand. */
  readonly questions: readonly Question[];
  /** Per capture, in their order: its comparisons case by case. Captures that hold the same answers share the list. */
  readonly asked: readonly (readonly Asked[])[];
}

/** @param determinism of each capture, in their order */
export function questionsOf(
  suite: PlannedSuite,
  captures: readonly CapturedCapture[],
  reference: ReferenceOutputs,
  determinism: Determinism['targets'],
): SuiteQuestions {
  // One of all that hold the same answers: where they do, their repeats are as far apart.
  const different = new Map(
    captures.map(({ cases }, index) => [
      cases,
      {
        repeatsOf: new Map(cases.map((entry) => [entry.case, entry.repeats])),
        noises: new Map(determinism[index]!.tensors.map((entry) => [entry.tensor, entry.noise_max_abs])),
        asked: [] as Asked[],
      },
    ]),
  );
  const questions: Question[] = [];
  for (const { name } of suite.cases) {
    const expected = reference(name);
    const known = new Map<string, Question>();
    for (const { repeatsOf, noises, asked } of different.values()) {
      const repeats = repeatsOf.get(name) ?? [];
      for (const tensor of tensorNames(suite, expected, repeats)) {
        const place = { suite: suite.name, case: name, tensor };
        const pair = pairOf(expected, tensor, repeats);
        if (typeof pair === 'string') {
          asked.push({ place, refusal: { status: 'notComparable', reason: pair } });
          continue;
        }
        const repeatNoise = noises.get(tensor) ?? 0;
        const key = keyOf(pair, repeatNoise, tensor);
        let question = known.get(key);
        if (!question) {
          question = { suite, case: name, tensor, ...pair, repeatNoise };
          known.set(key, question);
          questions.push(question);
        }
        asked.push({ place, question });
      }
    }
  }
  return { questions, asked: captures.map(({ cases }) => different.get(cases)!.asked) };
}

/** Every name on either side: an output that one side lacks, or has beside the declared ones, is never dropped. */
export function tensorNames(
  suite: PlannedSuite,
  expected: readonly StoredTensor[] | string,
  repeats: readonly (readonly StoredTensor[])[],
): Iterable<string> {
  const names = new Set(suite.model.facts.outputs.map(({ name }) => name));
  if (typeof expected !== 'string') for (const { name } of expected) names.add(name);
  for (const outputs of repeats) for (const { name } of outputs) names.add(name);
  return names;
}

/** The two sides of a comparison, or why there are not two. */
export function pairOf(
  expected: readonly StoredTensor[] | string,
  tensor: string,
  repeats: readonly (readonly StoredTensor[])[],
): Pick<Question, 'reference' | 'candidates'> | string {
  if (typeof expected === 'string') return expected;
  if (repeats.length === 0) return 'the capture lacks this case';
  const reference = expected.find((output) => output.name === tensor);
  if (!reference) return 'the candidate has an output that the reference lacks';
  const present = repeats.flatMap((outputs) => outputs.find((output) => output.name === tensor) ?? []);
  if (present.length < repeats.length) return 'the candidate lacks this output';
  return { reference, candidates: distinctAnswers(present) };
}

/** Of the answers to one case: the reference's is the same for all who ask. Only the tensor's name may hold blanks. */
function keyOf(
  { candidates }: Pick<Question, 'candidates'>,
  repeatNoise: JsonNumber,
  tensor: string,
): string {
  return [...candidates.map(answerOf), repeatNoise, tensor].join(' ');
}
