import type { ClassHead, TensorClasses } from '../../../page-data/page-data.ts';

/** One tensor against the classes of all outputs together. */
export interface TensorColumn {
  readonly tensor: string;
  /** How many different answers there are to it. */
  readonly answers: number;
  /** Per row the tensor's class: index in its classes; undefined where it was not answered. */
  readonly cells: readonly (number | undefined)[];
  readonly classes: readonly ClassHead[];
}

export interface ClassMatrix {
  /** Tensors that were answered differently, those with most answers first. */
  readonly split: readonly TensorColumn[];
  /** Tensors to which all gave the same bytes. */
  readonly agreed: readonly string[];
}

/** Rows are the overall classes: their members gave the same bytes in every tensor, so the first one speaks for all. */
export function classMatrix(overall: readonly ClassHead[], tensors: readonly TensorClasses[]): ClassMatrix {
  const columns = tensors.map(({ tensor, classes }) => {
    const classOf = new Map(
      classes.flatMap(({ targets }, index) => targets.map((target) => [target, index] as const)),
    );
    const cells = overall.map(({ targets: [first] }) =>
      first === undefined ? undefined : classOf.get(first),
    );
    return { tensor, classes, cells, answers: classes.length };
  });
  return {
    split: columns.filter(({ answers }) => answers > 1).sort((left, right) => right.answers - left.answers),
    agreed: columns.filter(({ answers }) => answers <= 1).map(({ tensor }) => tensor),
  };
}

/** "11 targets gave 5 different answers; 4 of them the reference's own bytes." */
export function agreementWords(classes: readonly ClassHead[]): string {
  const targets = classes.reduce((sum, { targets: own }) => sum + own.length, 0);
  const [only] = classes;
  if (only === undefined) return 'Nothing was captured, so nothing can agree.';
  const like = classes
    .filter(({ reference }) => reference)
    .reduce((sum, { targets: own }) => sum + own.length, 0);
  if (targets === 1)
    return `One target answered, ${like === 1 ? 'with' : 'not with'} the reference's own bytes.`;
  if (classes.length === 1) {
    return `All ${targets} targets gave the same bytes${like === 0 ? ", but not the reference's" : ", the reference's own"}.`;
  }
  const answers =
    classes.length === targets
      ? `Each of ${targets} targets gave an answer of its own`
      : `${targets} targets gave ${classes.length} different answers`;
  return `${answers}; ${like === 0 ? 'none' : like} of them gave the reference's own bytes.`;
}
