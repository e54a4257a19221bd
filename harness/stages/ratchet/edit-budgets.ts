import { isMap, isScalar, LineCounter, parseDocument, type Scalar } from 'yaml';

/** One limit of a budgets file with a new value. */
export interface LimitEdit {
  /** Of the rule. */
  readonly line: number;
  readonly metric: string;
  readonly bound: 'fail' | 'warn';
  readonly to: number;
}

/** The bounds as they stand; `{metric: 2}` is a bound that fails. */
export interface WrittenBounds {
  readonly fail?: number;
  readonly warn?: number;
}

/** Text of a budgets file, with the places of its limits. Comments and layout are nobody's business but the author's. */
export interface BudgetsText {
  readonly boundsOf: (line: number, metric: string) => WrittenBounds;
  readonly edited: (edits: readonly LimitEdit[]) => string;
}

/** @param text of a budgets file that `parseBudgets` has accepted */
export function openBudgetsText(text: string): BudgetsText {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const scalars = new Map<string, Scalar>();
  const rules = document.get('rules') as { items?: readonly unknown[] } | undefined;
  for (const rule of rules?.items ?? []) {
    if (!isMap(rule) || !rule.range) continue;
    const limits = rule.get('limits');
    if (!isMap(limits)) continue;
    const { line } = lines.linePos(rule.range[0]);
    for (const { key, value } of limits.items) {
      const add = (bound: string, scalar: unknown) => {
        if (isScalar(scalar) && typeof scalar.value === 'number')
          scalars.set(keyOf(line, String(key), bound), scalar);
      };
      if (!isMap(value)) add('fail', value);
      else for (const pair of value.items) add(String(pair.key), pair.value);
    }
  }
  const numberAt = (line: number, metric: string, bound: string) =>
    scalars.get(keyOf(line, metric, bound))?.value as number | undefined;
  return {
    boundsOf: (line, metric) => {
      const [fail, warn] = [numberAt(line, metric, 'fail'), numberAt(line, metric, 'warn')];
      return { ...(fail === undefined ? {} : { fail }), ...(warn === undefined ? {} : { warn }) };
    },
    edited: (edits) => {
      const spliced = edits
        .flatMap(({ line, metric, bound, to }) => {
          const range = scalars.get(keyOf(line, metric, bound))?.range;
          return range ? [{ from: range[0], until: range[1], to: String(to) }] : [];
        })
        // From the end, so that places before stay what they were.
        .sort((left, right) => right.from - left.from);
      return spliced.reduce((now, { from, until, to }) => now.slice(0, from) + to + now.slice(until), text);
    },
  };
}

const keyOf = (line: number, metric: string, bound: string): string => `${line}\0${metric}\0${bound}`;
