/** Which way a metric is good, and what its number means. The one table of metrics: judge, report and docs read it. */
export interface MetricDefinition {
  readonly name: string;
  /** `low`: bound from above; `high`: from below; `magnitude`: |value| from above; `informs`: shown, never judged. */
  readonly good: 'low' | 'high' | 'magnitude' | 'informs';
  readonly unit: string;
  /** What decides over: one tensor of one case, the samples of all cases together, or the target as a whole. */
  readonly scope: 'element' | 'decision' | 'target';
  /**
   * What one number for several cases is: the worst of them, their sum, or the share among all their samples (or all their
   * labelled samples), so that 3 of 200 is 3 of 200 however the samples lie in cases.
   */
  readonly pool: 'worst' | 'sum' | 'samples' | 'labelled';
  readonly meaning: string;
}

const define = (
  name: string,
  good: MetricDefinition['good'],
  unit: string,
  scope: MetricDefinition['scope'],
  meaning: string,
  pool: MetricDefinition['pool'] = 'worst',
): MetricDefinition => ({ name, good, unit, scope, pool, meaning });

/** numerics.md's table, in its order. `topK_*` stand for every k: `top3_overlap`. */
export const METRICS: readonly MetricDefinition[] = [
  define('max_abs', 'low', 'value', 'element', 'largest |candidate - reference|'),
  define('mean_abs', 'low', 'value', 'element', 'mean |candidate - reference|'),
  define('rmse', 'low', 'value', 'element', 'root of the mean squared error'),
  define('bias', 'magnitude', 'value', 'element', 'mean (candidate - reference)'),
  define('max_rel', 'low', 'ratio', 'element', 'largest |error| / |reference| above the floor'),
  define('mismatch_fraction', 'low', 'share', 'element', 'share of elements outside atol + rtol·|reference|'),
  define('max_ulp', 'low', 'ULP', 'element', 'largest distance in representable numbers of the dtype'),
  define('max_steps', 'low', 'steps', 'element', 'largest distance in quantization steps'),
  define('off_by_one_fraction', 'low', 'share', 'element', 'share of elements exactly one step apart'),
  define('step_bias', 'magnitude', 'steps', 'element', 'mean signed distance in quantization steps'),
  define('off_grid', 'low', 'elements', 'element', 'values that lie on no quantization step'),
  define('sqnr_db', 'high', 'dB', 'element', 'signal to quantization noise ratio'),
  define('psnr_db', 'high', 'dB', 'element', 'peak signal to noise ratio'),
  define('cosine', 'high', 'ratio', 'element', 'cosine similarity; blind to scale, read with norm_ratio'),
  define('norm_ratio', 'informs', 'ratio', 'element', 'length of the candidate / length of the reference'),
  define(
    'kl',
    'low',
    'nats',
    'element',
    'Kullback-Leibler divergence from the reference, worst row of probabilities',
  ),
  define(
    'js',
    'low',
    'nats',
    'element',
    'Jensen-Shannon divergence, worst row of probabilities; at most ln 2',
  ),
  define(
    'row_sum_error',
    'informs',
    'value',
    'element',
    'how far the sum of a row of probabilities is from 1, at most',
  ),
  define('nonfinite_mismatch', 'low', 'elements', 'element', 'NaN or infinity on one side only'),
  define('nonfinite_matched', 'low', 'elements', 'element', 'the same NaN or infinity on both sides'),
  define('subnormal_flush', 'informs', 'elements', 'element', 'subnormal on one side, zero on the other'),
  define('sign_of_zero', 'informs', 'elements', 'element', '-0 against +0'),
  define(
    'saturated_reference',
    'informs',
    'share',
    'element',
    "reference elements at the dtype's end values",
  ),
  define(
    'saturated_candidate',
    'informs',
    'share',
    'element',
    "candidate elements at the dtype's end values",
  ),
  define(
    'top1_agreement',
    'high',
    'share',
    'decision',
    'share of samples with the same first answer',
    'samples',
  ),
  define(
    'topK_overlap',
    'high',
    'share',
    'decision',
    'share of the k best answers in common, ties counted as agreement',
    'samples',
  ),
  define(
    'topK_ordered',
    'high',
    'share',
    'decision',
    'share of samples with the same k best answers in the same order',
    'samples',
  ),
  define(
    'flips',
    'low',
    'samples',
    'decision',
    'samples whose first answer changed, near ties not counted',
    'sum',
  ),
  define(
    'near_ties',
    'low',
    'samples',
    'decision',
    "changed first answers within the reference's own resolution",
    'sum',
  ),
  define(
    'accuracy',
    'high',
    'share',
    'decision',
    'share of labelled samples answered as expected.csv says',
    'labelled',
  ),
  define('distinct_outputs', 'low', 'hashes', 'target', 'different outputs over repeats of the same input'),
  define(
    'fallback_nodes',
    'low',
    'nodes',
    'target',
    'nodes that ran on another provider than the one asked for',
  ),
  define(
    'changed_answers',
    'low',
    'cases',
    'target',
    'cases whose bytes are neither the approved ones nor those of a reference that stayed as it was',
  ),
  define(
    'new_divergences',
    'low',
    'cases',
    'target',
    'cases bit-identical with the reference when approved, and not now',
  ),
  define('worse_metrics', 'low', 'metrics', 'target', 'metrics worse than approved, beyond repeat noise'),
  define('class_changes', 'low', 'targets', 'target', 'targets that it left or joined by a changed answer'),
  define('moved_nodes', 'low', 'nodes', 'target', 'nodes that run on another provider than when approved'),
];

const TOP_K = /^top([1-9]\d*)_(overlap|ordered)$/;

const found = new Map<string, MetricDefinition | undefined>();

/** The definition behind a metric's name; `top5_overlap` is `topK_overlap` with k = 5. */
export function metricDefinition(name: string): MetricDefinition | undefined {
  // Asked for every metric of every comparison; names come from budgets too, so the memory has an end.
  if (found.has(name)) return found.get(name);
  const generic = name.replace(TOP_K, 'topK_$2');
  const definition = METRICS.find(
    (metric) => metric.name === generic && (metric.name === name || TOP_K.test(name)),
  );
  if (found.size < 1000) found.set(name, definition);
  return definition;
}
