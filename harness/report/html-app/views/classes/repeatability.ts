import type { Determinism } from '../../../../domain/run-files.ts';
import { count } from '../../../format-number.ts';
import { joinWords } from '../../../join-words.ts';

type Repeats = Determinism['targets'][number];

/** One tensor that a target did not repeat. */
export interface Varying {
  readonly target: string;
  readonly repeats: number;
  readonly tensor: Repeats['tensors'][number];
}

/** Whether a difference could be noise: outputs over repeats of the same input. */
export function repeatability(targets: readonly Repeats[]): {
  readonly words: string;
  readonly varying: readonly Varying[];
} {
  if (targets.length === 0)
    return { words: 'No target was captured, so nothing is known of repeats.', varying: [] };
  const repeated = targets.filter(({ repeats }) => repeats > 1);
  if (repeated.length === 0) {
    const words = 'Every input ran once, so whether the targets repeat their answers is not known.';
    return { words, varying: [] };
  }
  const varying = repeated.flatMap(({ target, repeats, tensors }) =>
    tensors
      .filter(({ distinct_outputs }) => distinct_outputs > 1)
      .map((tensor) => ({ target, repeats, tensor })),
  );
  const known = repeated.filter(isKnown);
  if (known.length === 0)
    return { words: 'No repeat holds what it should, so nothing is known of repeats.', varying: [] };
  const lost = repeated.length - known.length;
  const rest = lost === 0 ? '' : ` Of ${count(lost, 'target')} nothing is known: an output is missing.`;
  const counts = joinWords([...new Set(known.map(({ repeats }) => repeats))].map(String));
  const unsteady = new Set(varying.map(({ target }) => target)).size;
  if (unsteady === 0) {
    const all = known.length === 1 ? 'The target' : `Each of ${count(known.length, 'target')}`;
    return {
      words: `${all} gave the same bytes in all ${counts} repeats: what differs is not noise.${rest}`,
      varying,
    };
  }
  return {
    words: `${known.length - unsteady} of ${count(known.length, 'target')} gave the same bytes in all ${counts} repeats.${rest} These did not:`,
    varying,
  };
}

/** 0 different outputs: no repeat holds the tensor. */
function isKnown({ tensors }: Repeats): boolean {
  return tensors.length > 0 && tensors.every(({ distinct_outputs }) => distinct_outputs > 0);
}
