import { METRICS, type MetricDefinition, metricDefinition } from '../../domain/metrics.ts';

/** SARIF 2.1.0, 3.49, with what GitHub asks for beyond it (fullDescription, help). */
export interface SarifRule {
  readonly id: string;
  readonly shortDescription: { readonly text: string };
  readonly fullDescription: { readonly text: string };
  readonly help: { readonly text: string; readonly markdown: string };
  readonly defaultConfiguration: { readonly level: 'error' };
  readonly properties: { readonly tags: readonly string[] };
}

/** What is judged beside the metrics. */
const STATES: Readonly<Record<string, readonly [short: string, full: string]>> = {
  capture: ['a planned capture is missing', 'Every planned capture must exist: absence is no agreement'],
  comparable: [
    'outputs cannot be compared',
    'Names, shapes, dtypes and counts of the outputs must agree before numbers are compared',
  ],
};

const BOUND: Readonly<Record<MetricDefinition['good'], string>> = {
  low: 'a limit is the largest value allowed',
  high: 'a limit is the smallest value allowed',
  magnitude: 'a limit is the largest absolute value allowed',
  informs: 'it is shown and never judged',
};

/** The rules that results name, once each, in the order of the table of metrics. */
export function sarifRules(ids: readonly string[]): SarifRule[] {
  const order = (id: string) => {
    const index = METRICS.findIndex(({ name }) => name === metricDefinition(id)?.name);
    return index === -1 ? METRICS.length : index;
  };
  return [...new Set(ids)].sort((left, right) => order(left) - order(right)).map(ruleOf);
}

function ruleOf(id: string): SarifRule {
  const [short, full] = wordsOf(id);
  return {
    id,
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: {
      text: `${full}. The limits and waivers are in the suite's budgets.yml; \`fleetdiff explain RUN VERDICT\` shows which rules spoke.`,
      markdown: `${full}.\n\nThe limits and waivers are in the suite's \`budgets.yml\`; \`fleetdiff explain RUN VERDICT\` shows which rules spoke.`,
    },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['numerics', 'on-device-model'] },
  };
}

function wordsOf(id: string): readonly [short: string, full: string] {
  const state = Object.hasOwn(STATES, id) ? STATES[id] : undefined;
  if (state !== undefined) return state;
  const metric = metricDefinition(id);
  if (metric === undefined) return ['a limit of the budget', 'A limit of the budget'];
  const unit = metric.unit === 'value' ? "in the tensor's own unit" : `in ${metric.unit}`;
  return [`${id} is beyond its budget`, `${id} (${unit}): ${metric.meaning}; ${BOUND[metric.good]}`];
}
