import { groupBy } from '../../domain/group-by.ts';
import type { Factor, TriedValue, VariedFactor } from '../../domain/stability.ts';
import { count, formatNumber } from '../format-number.ts';
import { joinWords } from '../join-words.ts';
import { nameText, proseText } from '../wording.ts';

/** What a probe says, for the terminal and the page alike. */
interface Probed {
  readonly factors: readonly VariedFactor[];
  readonly attributed: Factor | null;
}

type Varied = Extract<VariedFactor, { status: 'varied' }>;

export const FACTOR_NAMES: Readonly<Record<Factor, string>> = {
  repeats: 'repeats',
  'warm-up': 'warm-up',
  session: 'sessions',
  'batch-position': 'batch position',
  threads: 'threads',
  optimization: 'optimization',
};

/** Threads and optimization are the delegate's own to choose: as it is run, such a target is stable. */
const CHANGED_BY: Readonly<Record<Factor, string>> = {
  repeats: 'No: one inference differs from the next.',
  'warm-up': 'No: the first inference of a session differs from the later ones.',
  session: 'No: a new session answers differently.',
  'batch-position': 'No: the answer to a sample depends on the batch around it.',
  threads: 'As it is run, yes; another number of threads changes the answer.',
  optimization: 'As it is run, yes; another optimization level changes the answer.',
};

/** The smallest factor that changes the answer, in plain words. */
export function attributedWords({ factors, attributed }: Probed): string {
  if (attributed !== null) return CHANGED_BY[attributed];
  const varied = factors.filter(isVaried);
  return varied.length > 0
    ? 'Yes: nothing of what was varied changed a byte.'
    : 'Not known: nothing could be varied.';
}

/** `1 and 2 against 4: 2 different answers, up to 0.25 apart` */
export function changeWords({ values, distinct_outputs, noise_max_abs }: Varied): string {
  const alike = [...groupBy(values.filter(hasRun), ({ sha256 }) => sha256).values()];
  const sides = alike.map((group) => joinWords(group.map(({ value }) => nameText(value))));
  const apart =
    typeof noise_max_abs === 'number' ? `up to ${formatNumber(noise_max_abs)} apart` : 'some not numbers';
  return `${sides.join(' against ')}: ${count(distinct_outputs, 'different answer')}, ${apart}`;
}

/** `threads (1, 2 and 4)`; of what needs no telling the name alone. */
export function steadyWords({ factor, values }: Varied): string {
  const name = FACTOR_NAMES[factor];
  if (factor === 'repeats' || factor === 'warm-up' || factor === 'session') return name;
  return `${name} (${joinWords(values.filter(hasRun).map(({ value }) => nameText(value)))})`;
}

/** Each value that could not run, and each factor that could not be varied. */
export function untriedWords(factors: readonly VariedFactor[]): readonly string[] {
  return factors.flatMap((each) => {
    const name = FACTOR_NAMES[each.factor];
    if (each.status === 'notVaried') return [`${name}: ${proseText(each.reason)}`];
    return each.values.flatMap((tried) =>
      tried.status === 'failed' ? [`${name}, ${nameText(tried.value)}: ${proseText(tried.reason)}`] : [],
    );
  });
}

function hasRun(tried: TriedValue): tried is Extract<TriedValue, { status: 'ran' }> {
  return tried.status === 'ran';
}

export function isVaried(factor: VariedFactor): factor is Varied {
  return factor.status === 'varied';
}

export function isChanging(factor: Varied): boolean {
  return factor.distinct_outputs > 1;
}
