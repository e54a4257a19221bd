import type { Comparison, Decisions, JsonNumber } from '../../../../domain/run-files.ts';
import { fromJsonNumber } from '../../../../domain/run-files.ts';
import { pooledShare } from '../../../pooled-share.ts';

/** Decision metrics over the samples of several cases: counts add up, shares weigh by their samples. */
export interface DecisionTotals {
  readonly samples: number;
  readonly agreeing: number;
  readonly flips: number;
  readonly nearTies: number;
  /** By k of the task: `overlap` of the k best answers in common, `ordered` in the same order; shares of 1. */
  readonly topK: readonly { readonly k: number; readonly overlap: number; readonly ordered: number }[];
  readonly labelled: number;
  /** Shares of the labelled samples; absent when none is. */
  readonly accuracy?: { readonly reference: number; readonly candidate: number };
}

export function totalDecisions(comparisons: readonly Comparison[]): DecisionTotals | undefined {
  const all = comparisons.flatMap((each) => (each.status === 'compared' ? (each.decisions ?? []) : []));
  const samples = sum(all.map((each) => each.samples));
  if (samples === 0) return undefined;
  const labelled = sum(all.map((each) => each.labelled));
  const accuracyOf = (key: 'accuracy' | 'accuracy_reference') =>
    pooledShare(all.map((each) => ({ members: each.labelled, share: each[key] })));
  const [reference, candidate] = [accuracyOf('accuracy_reference'), accuracyOf('accuracy')];
  return {
    samples,
    agreeing: Math.round(sum(all.map((each) => each.samples * number(each.top1_agreement)))),
    flips: sum(all.map((each) => each.flips)),
    nearTies: sum(all.map((each) => each.near_ties)),
    topK: ranksOf(all).map((k) => ({
      k,
      overlap: sum(all.map((each) => each.samples * number(each[`top${k}_overlap`] ?? 0))) / samples,
      ordered: sum(all.map((each) => each.samples * number(each[`top${k}_ordered`] ?? 0))) / samples,
    })),
    labelled,
    ...(reference === undefined || candidate === undefined ? {} : { accuracy: { reference, candidate } }),
  };
}

/** Ranks above 1 that every case has: agreement of the first answer says the same of k = 1. */
function ranksOf(all: readonly Decisions[]): number[] {
  const named = (decisions: Decisions) =>
    Object.keys(decisions).flatMap((key) => /^top([1-9]\d*)_overlap$/.exec(key)?.[1] ?? []);
  return [...new Set(all.flatMap(named))]
    .filter((k) => all.every((decisions) => `top${k}_overlap` in decisions && `top${k}_ordered` in decisions))
    .map(Number)
    .filter((k) => k > 1)
    .sort((left, right) => left - right);
}

function number(value: JsonNumber): number {
  return fromJsonNumber(value);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
