/** fleetdiff's public API: the nouns and the stages. */
export type { Attribution } from './domain/attribution.ts';
export type { Baseline, BaselineAnswer } from './domain/baseline.ts';
export type { BudgetRule, Budgets, Limit, Matcher, Waiver } from './domain/budgets.ts';
export type { Delegate, Device, Launch, TargetName } from './domain/device.ts';
export { METRICS, type MetricDefinition } from './domain/metrics.ts';
export type {
  Capture,
  Comparison,
  Comparisons,
  Decisions,
  Determinism,
  Equivalence,
  JsonNumber,
  Metrics,
  Placement,
  Plan,
  Provenance,
  Status,
  Verdict,
  Verdicts,
} from './domain/run-files.ts';
export type { Case, ModelFacts, PlannedSuite } from './domain/suite.ts';
export type { DType, Quantization, StoredTensor, Tensor } from './domain/tensor.ts';
export type { Trends } from './domain/trends.ts';
export { UserError } from './domain/user-error.ts';
export { approveRun } from './stages/approve.ts';
export { captureRun } from './stages/capture.ts';
export { compareRun } from './stages/compare.ts';
export { explainRun } from './stages/explain.ts';
export { goldenOf } from './stages/golden.ts';
export { judgeRun } from './stages/judge.ts';
export { mergeRuns } from './stages/merge.ts';
export { planRun } from './stages/plan.ts';
export { renderRun } from './stages/render.ts';
export { openRunFolder, type RunFolder } from './store/run-folder.ts';
