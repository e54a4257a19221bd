import type { Comparison } from '../domain/run-files.ts';

interface Known<Made> {
  readonly of: readonly Comparison[];
  readonly made: Made;
}

/**
 * Makes something of a target's comparisons, once for all targets whose comparisons hold the same objects: so do those that gave the
 * same answers, once a run's files were read.
 */
export function alikeOnce<Made>(): (comparisons: readonly Comparison[], make: () => Made) => Made {
  const known = new WeakMap<object, Known<Made>[]>();
  return (comparisons, make) => {
    const [first] = comparisons;
    if (first === undefined || first.status !== 'compared') return make();
    const alike = known.get(first.digest) ?? [];
    known.set(first.digest, alike);
    const found = alike.find(({ of }) => holdTheSame(of, comparisons));
    if (found) return found.made;
    const made = make();
    alike.push({ of: comparisons, made });
    return made;
  };
}

/** All but the target. */
export function holdTheSame(left: readonly Comparison[], right: readonly Comparison[]): boolean {
  return left.length === right.length && left.every((each, n) => holdsTheSame(each, right[n]!));
}

function holdsTheSame(left: Comparison, right: Comparison): boolean {
  if (left.suite !== right.suite || left.case !== right.case || left.tensor !== right.tensor) return false;
  if (left.status === 'notComparable')
    return right.status === 'notComparable' && left.reason === right.reason;
  return (
    right.status === 'compared' &&
    left.digest === right.digest &&
    left.metrics === right.metrics &&
    left.decisions === right.decisions &&
    left.worstElements === right.worstElements
  );
}
