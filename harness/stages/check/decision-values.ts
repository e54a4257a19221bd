import { metricDefinition } from '../../domain/metrics.ts';
import type { CheckedAnswer } from '../../domain/model-check.ts';
import type { CaseComparison, Decisions } from '../../domain/run-files.ts';

/** The decisions of those cases that have any. */
export function decisionsOf(comparisons: readonly Pick<CaseComparison, 'status'>[]): readonly Decisions[] {
  return comparisons.flatMap((each) => {
    const { decisions } = each as { readonly decisions?: Decisions };
    return decisions === undefined ? [] : [decisions];
  });
}

/** Share over all cases together: by their samples, or by those that have ground truth; null where a case lacks it. */
export function pooledShare(all: readonly Decisions[], metric: string): number | null {
  let sum = 0;
  let weight = 0;
  for (const each of all) {
    const own = metricDefinition(metric)?.pool === 'labelled' ? each.labelled : each.samples;
    if (own === 0) continue;
    const value = (each as unknown as Readonly<Record<string, unknown>>)[metric];
    if (typeof value !== 'number') return null;
    sum += own * value;
    weight += own;
  }
  return weight === 0 ? null : sum / weight;
}

/** Accuracy and top-k of both models, each against its own reference. */
export function answersOf(base: readonly Decisions[], head: readonly Decisions[]): readonly CheckedAnswer[] {
  const names = new Set([...base, ...head].flatMap((each) => Object.keys(each)).filter(isShare));
  return [...names].map((metric) => ({
    metric,
    base: pooledShare(base, metric),
    head: pooledShare(head, metric),
  }));
}

/** Of k = 1 the agreement says all. */
const SAID_TWICE: readonly string[] = ['top1_overlap', 'top1_ordered'];

function isShare(name: string): boolean {
  if (SAID_TWICE.includes(name)) return false;
  const definition = metricDefinition(name);
  return definition?.scope === 'decision' && definition.unit === 'share';
}
