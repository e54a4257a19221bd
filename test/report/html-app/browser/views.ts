import type { Route } from '../../../../harness/report/html-app/route.ts';

const suite = 'digits-int8';
const haswell = 'haswell/cpu';

/** A view of each kind of the explored run, and the words that tell that it is there. */
export const VIEWS: readonly {
  readonly name: string;
  readonly to: Route;
  readonly words: readonly string[];
}[] = [
  { name: 'overview', to: { view: 'overview' }, words: ['May ship: cannot tell', 'Findings'] },
  {
    name: 'target',
    to: { view: 'target', suite, target: haswell },
    words: ['haswell/cpu', 'U8S8 saturation'],
  },
  {
    name: 'target-failed',
    to: { view: 'target', suite, target: 'nehalem/cpu' },
    words: ['session lost: the agent ended with signal SIGKILL'],
  },
  {
    name: 'tensor',
    to: { view: 'tensor', suite, target: haswell, tensor: 'logits' },
    words: ['logits', 'max_steps'],
  },
  {
    name: 'case',
    to: { view: 'tensor', suite, target: haswell, tensor: 'logits', case: 'digits-001' },
    words: ['digits-001', '1.25'],
  },
  {
    name: 'classes',
    to: { view: 'classes', suite },
    words: ['Who agrees bit for bit', 'gave 6 different answers'],
  },
  {
    name: 'classes-tensor',
    to: { view: 'classes', suite, tensor: 'logits' },
    words: ['1767 of 2000 elements differ'],
  },
  { name: 'compare', to: { view: 'compare', suite }, words: ['Choose two targets'] },
  {
    name: 'compare-two',
    to: { view: 'compare', suite, reference: haswell, candidate: 'cortex-a76/cpu' },
    words: ['Different bytes.', "cortex-a76/cpu takes the reference's place", 'Side by side'],
  },
  { name: 'notes', to: { view: 'notes' }, words: ['No notes yet'] },
];
