import type { LocalizeEvent } from '../../stages/localize.ts';

type Step = Extract<LocalizeEvent, { phase: 'step' }>['step'];

export const STEP_WORDS: Readonly<Record<Step, string>> = {
  reference: 'tensors of the reference',
  target: 'tensors of the target',
  replay: 'each node alone',
  experiments: 'experiments',
  stability: 'what changes its answer',
};
