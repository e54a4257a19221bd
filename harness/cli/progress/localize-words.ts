import type { LocalizeEvent } from '../../stages/localize.ts';

type Step = Extract<LocalizeEvent, { phase: 'step' }>['step'];

export const STEP_WORDS: Readonly<Record<Step, string>> = {
  reference: 'the reference shows its tensors',
  target: 'the target shows its tensors',
  replay: 'each node alone',
  experiments: 'experiments on what differs',
  stability: 'what changes its answer: sessions, batch, threads, optimization',
};
