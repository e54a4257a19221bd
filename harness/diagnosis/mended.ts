import type { Experiment } from '../domain/diagnosis.ts';
import { fromJsonNumber } from '../domain/run-files.ts';
import type { Evidence } from './evidence.ts';
import type { ExperimentName } from './experiments.ts';

/**
 * What an experiment did to the difference. `vanishes`: the reference's bytes. `shrinks`: at most 1/8 of the error
 * is left, in RMS, or a step where it was at least three. `stays`: neither. `untried`: it was not run, or did not run.
 */
export type Mended = 'vanishes' | 'shrinks' | 'stays' | 'untried';

const MUCH_SMALLER = 1 / 8;

export function mended(evidence: Evidence, name: ExperimentName): Mended {
  const experiment = experimentOf(evidence, name);
  if (!experiment || (!experiment.identical && Object.keys(experiment.metrics).length === 0))
    return 'untried';
  if (experiment.identical) return 'vanishes';
  const rmse = metric(experiment.metrics, 'rmse') / metric(evidence.metrics, 'rmse');
  if (rmse <= MUCH_SMALLER) return 'shrinks';
  const oneStep = metric(experiment.metrics, 'max_steps') <= 1 && metric(evidence.metrics, 'max_steps') >= 3;
  return oneStep ? 'shrinks' : 'stays';
}

/** A sentence on an experiment; undefined when it was not planned. */
export function said(evidence: Evidence, name: ExperimentName): string | undefined {
  const experiment = experimentOf(evidence, name);
  if (!experiment) return undefined;
  const { change, reason } = experiment;
  switch (mended(evidence, name)) {
    case 'vanishes':
      return `With ${change} the same node gives the reference's bytes.`;
    case 'shrinks':
      return `With ${change} the error of the same node shrinks to ${left(evidence, experiment)}.`;
    case 'stays':
      return `With ${change} the difference stays.`;
    case 'untried':
      return `With ${change} the node did not run${reason ? `: ${reason}` : ''}.`;
  }
}

function experimentOf({ experiments }: Evidence, name: ExperimentName): Experiment | undefined {
  return experiments.find((experiment) => experiment.name === name);
}

function left(evidence: Evidence, experiment: Experiment): string {
  const steps = metric(experiment.metrics, 'max_steps');
  if (Number.isFinite(steps)) return `${steps} of ${metric(evidence.metrics, 'max_steps')} steps`;
  const share = metric(experiment.metrics, 'rmse') / metric(evidence.metrics, 'rmse');
  return `${(share * 100).toPrecision(2)} % in RMS`;
}

/** NaN where the metric is missing, so that every comparison with it is false. */
function metric(metrics: Evidence['metrics'], name: string): number {
  const value = metrics[name];
  return value === null || value === undefined ? Number.NaN : fromJsonNumber(value);
}
