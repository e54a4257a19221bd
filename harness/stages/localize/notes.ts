import type { StoredTensor } from '../../domain/tensor.ts';
import { answerOf } from '../compare/answers.ts';
import type { Exposed } from './expose.ts';
import type { LocalizeInput } from './localize-target.ts';
import type { Observed } from './observe.ts';
import type { Divergent } from './with-unseen.ts';

export function unseenNotes(divergent: Divergent | undefined): readonly string[] {
  if (!divergent || divergent.unseen.length === 0) return [];
  const names = divergent.unseen.map((name) => `"${name}"`).join(', ');
  return [
    `Exposing ${names} changes the outputs, so the first divergence lies in one of the nodes around them; they are looked at together.`,
  ];
}

/** The run may be of another day or machine: what is computed now is held against what it holds. */
export function recomputedNotes(
  { captured, suite }: LocalizeInput,
  own: readonly StoredTensor[],
  { outputs }: Observed,
): readonly string[] {
  const differing = (expected: readonly StoredTensor[], found: readonly StoredTensor[]) =>
    expected
      .filter((output) => {
        const same = found.find(({ name }) => name === output.name);
        return same === undefined || answerOf(same) !== answerOf(output);
      })
      .map(({ name }) => `"${name}"`)
      .join(', ');
  const reference = differing(captured.reference, own);
  const candidate = differing(captured.candidate, outputs);
  return [
    ...(reference === ''
      ? []
      : [
          suite.reference.kind === 'golden'
            ? `A golden holds outputs only. The reference was computed here, and its ${reference} is not the golden's bytes.`
            : `The reference gives other bytes of ${reference} than when the run was captured.`,
        ]),
    ...(candidate === ''
      ? []
      : [
          `The target gives other bytes of ${candidate} than when the run was captured: this is what it does now.`,
        ]),
  ];
}

export function refusedNotes(refused: ReadonlyMap<string, string>, what: string): readonly string[] {
  const [first] = refused;
  if (!first) return [];
  const more = refused.size > 1 ? `, and of ${refused.size - 1} more` : '';
  return [`Of "${first[0]}" nothing is known${more}: ${what} (${first[1]}).`];
}

/** With optimization disabled little is fused, but a runtime may keep more precision between nodes than the tensors have. */
export function perturbedReferenceNotes(
  own: readonly StoredTensor[],
  { outputs }: Exposed,
): readonly string[] {
  const bare = new Map(own.map((output) => [output.name, answerOf(output)]));
  const changed = outputs.flat().find((output) => bare.get(output.name) !== answerOf(output));
  if (!changed) return [];
  return [
    `Exposing tensors changed the reference's own "${changed.name}": errors along the graph are against what it computes then.`,
  ];
}
