import { compileGlob } from '../../config/name-glob.ts';
import { didYouMean, nearestName, quoteNames } from '../../config/nearest-name.ts';
import { UserError } from '../../domain/user-error.ts';
import type { SetTensor, TensorSet } from '../../formats/open-tensor-set.ts';

/** A tensor that both sides have. */
export interface MatchedPair {
  readonly in: 'both';
  readonly name: string;
  readonly reference: SetTensor;
  readonly candidate: SetTensor;
}

/** A tensor's name, and what each side calls by it. Nothing is ever matched by position. */
export type MatchedTensor =
  | MatchedPair
  | {
      readonly in: 'reference' | 'candidate';
      readonly name: string;
      readonly only: SetTensor;
      /** A name of the other side that may be meant: one that has no counterpart, if any of these is near. */
      readonly nearest?: string;
    };

type GlobOption = '--tensor' | '--probabilities';

/** Looking for the nearest of n names costs n per name; beyond this product nobody reads the answers either. */
const MOST_LOOKS = 1_000_000;

/** Every name of both sides once, in byte order. */
export function matchTensors(reference: TensorSet, candidate: TensorSet): readonly MatchedTensor[] {
  const names = [...new Set([...reference.tensors.keys(), ...candidate.tensors.keys()])].sort(byBytes);
  const alone = {
    reference: names.filter((name) => !candidate.tensors.has(name)),
    candidate: names.filter((name) => !reference.tensors.has(name)),
  };
  const looks = (alone.reference.length + alone.candidate.length) * names.length;
  const nearestIn = (name: string, side: 'reference' | 'candidate') => {
    if (looks > MOST_LOOKS) return {};
    const all = [...(side === 'reference' ? reference : candidate).tensors.keys()];
    const nearest = nearestName(name, alone[side]) ?? nearestName(name, all);
    return nearest === undefined ? {} : { nearest };
  };
  return names.map((name): MatchedTensor => {
    const left = reference.tensors.get(name);
    const right = candidate.tensors.get(name);
    if (left && right) return { in: 'both', name, reference: left, candidate: right };
    if (left) return { in: 'reference', name, only: left, ...nearestIn(name, 'candidate') };
    return { in: 'candidate', name, only: right!, ...nearestIn(name, 'reference') };
  });
}

/**
 * The tensors that one of the globs names; all when there is no glob.
 * @throws UserError E_DIFF_TENSOR for a glob that names none
 */
export function selectTensors<Named extends { readonly name: string }>(
  matched: readonly Named[],
  globs: readonly string[],
  option: GlobOption,
): readonly Named[] {
  if (globs.length === 0) return matched;
  const names = matched.map(({ name }) => name);
  for (const glob of globs) checkGlob(glob, names, option);
  const tests = globs.map(compileGlob);
  return matched.filter(({ name }) => tests.some((test) => test(name)));
}

function checkGlob(glob: string, names: readonly string[], option: GlobOption): void {
  if (names.some(compileGlob(glob))) return;
  const list = names.length === 0 ? 'none' : quoteNames(names);
  throw new UserError(
    'E_DIFF_TENSOR',
    option === '--tensor'
      ? `--tensor "${glob}" names no tensor of either side. They hold: ${list}.`
      : `--probabilities "${glob}" names no tensor of numbers that both sides have. They have: ${list}.`,
    { remedies: didYouMean(glob, names) },
  );
}

function byBytes(left: string, right: string): number {
  return Buffer.compare(Buffer.from(left), Buffer.from(right));
}
