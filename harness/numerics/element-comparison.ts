import type { Histograms, JsonNumber, Metrics, WorstElement } from '../domain/run-files.ts';
import { toJsonNumber } from '../domain/run-files.ts';
import type { Divergence } from './divergence.ts';
import { namedHistograms } from './histograms.ts';
import type { Assumptions, Measurement, MeasureRules } from './measurement.ts';
import { metricsOf } from './metrics-of.ts';
import { multiIndex } from './worst-list.ts';

/** Reference + candidate -> numbers; no opinion. */
export type ElementComparison =
  | {
      readonly status: 'compared';
      /** The raw bytes are equal. */
      readonly identical: boolean;
      /** Metrics that do not apply to the dtype are absent; null: undefined for these values. */
      readonly metrics: Metrics;
      /** The element furthest apart; absent when no values differ. */
      readonly worst?: WorstElement;
      readonly worstElements: readonly WorstElement[];
      /** Where they were asked for; never of strings. */
      readonly histograms?: Histograms;
    }
  | { readonly status: 'notComparable'; readonly reason: string };

/**
 * What a measurement of the whole tensor says.
 * @param used the assumptions it was taken under; `nextAssumptions` must have found that they hold
 * @param peak of psnr_db, in the tensor's unit; largest |reference| unless told
 * @param divergence of tensors declared probabilities
 */
export function elementComparisonOf(
  measurement: Measurement,
  rules: MeasureRules,
  used: Assumptions,
  peak?: number,
  divergence?: Divergence,
): ElementComparison {
  const { identical, worst, histograms } = measurement;
  return compared(
    identical,
    jsonMetrics(Object.assign(metricsOf(measurement, rules, used.scales, peak), divergence)),
    worst.map(({ index, reference, candidate }) => ({
      index: multiIndex(index, rules.shape),
      reference,
      candidate,
    })),
    histograms && namedHistograms(histograms),
  );
}

export function compared(
  identical: boolean,
  metrics: Metrics,
  worst: readonly WorstElement[],
  histograms?: Histograms,
): ElementComparison {
  const first = worst[0];
  return {
    status: 'compared',
    identical,
    metrics,
    ...(first && { worst: first }),
    worstElements: worst,
    ...(histograms && { histograms }),
  };
}

/** Spells what JSON cannot hold, in the record that it is given: making another costs a small tensor a tenth of its comparison. */
function jsonMetrics(metrics: Record<string, number | null>): Metrics {
  const json: Record<string, JsonNumber | null> = metrics;
  for (const name of Object.keys(metrics)) {
    const value = metrics[name]!;
    if (value !== null && !Number.isFinite(value)) json[name] = toJsonNumber(value);
  }
  return json;
}
