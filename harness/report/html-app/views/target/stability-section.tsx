import {
  attributedWords,
  changeWords,
  FACTOR_NAMES,
  isChanging,
  isVaried,
  steadyWords,
  untriedWords,
} from '../../../diagnosis/stability-words.ts';
import { count, formatNumber } from '../../../format-number.ts';
import { joinWords } from '../../../join-words.ts';
import type { TargetDetail, TargetHead } from '../../../page-data/page-data.ts';
import { Name, Prose } from '../../parts/name.tsx';
import { Fact } from './facts.tsx';

const MOST_TENSORS = 20;

/** Whether the target repeats itself, and what changes its answer. */
export function StabilitySection({
  target,
  determinism,
}: {
  readonly target: TargetHead;
  readonly determinism: TargetDetail['determinism'];
}) {
  if (target.capture !== 'captured' || determinism === undefined) return null;
  const { factors, attributed } = determinism;
  return (
    <section>
      <h2>Repeats and stability</h2>
      <Repeats determinism={determinism} />
      {factors === undefined ? undefined : (
        <>
          <p>
            Is the answer stable? <b>{attributedWords({ factors, attributed: attributed ?? null })}</b>
          </p>
          <Factors factors={factors} />
        </>
      )}
    </section>
  );
}

type Repeated = NonNullable<TargetDetail['determinism']>;

function Repeats({ determinism: { repeats, tensors } }: { readonly determinism: Repeated }) {
  if (repeats < 2) return <p>Run once: whether it repeats itself is not known.</p>;
  const changing = tensors.filter((each) => each.distinct_outputs > 1);
  if (tensors.length === 0 || tensors.some((each) => each.distinct_outputs === 0))
    return <p>An output is missing from the repeats: whether it repeats itself is not known.</p>;
  if (changing.length === 0)
    return <p>{repeats} repeats of every case gave the same bytes: a difference is not noise.</p>;
  return (
    <>
      <p>
        {repeats} repeats of the same input gave different bytes in {count(changing.length, 'output')}:
      </p>
      <ul>
        {changing.slice(0, MOST_TENSORS).map(({ tensor, distinct_outputs, noise_max_abs, cases }) => (
          <li key={tensor}>
            <Name columns={44}>{tensor}</Name>: {distinct_outputs} different outputs, up to{' '}
            {formatNumber(noise_max_abs)} apart, in {count(cases.length, 'case')}
          </li>
        ))}
      </ul>
      {changing.length > MOST_TENSORS ? (
        <p class="quiet small">{changing.length - MOST_TENSORS} more are in determinism.json.</p>
      ) : undefined}
    </>
  );
}

function Factors({ factors }: { readonly factors: NonNullable<Repeated['factors']> }) {
  const varied = factors.filter(isVaried);
  const steady = varied.filter((factor) => !isChanging(factor));
  const untried = untriedWords(factors);
  return (
    <dl class="facts">
      {varied.filter(isChanging).map((factor) => (
        <Fact key={factor.factor} name={`Changes with ${FACTOR_NAMES[factor.factor]}`}>
          {changeWords(factor)}
        </Fact>
      ))}
      {steady.length === 0 ? undefined : <Fact name="Same bytes">{joinWords(steady.map(steadyWords))}</Fact>}
      {untried.length === 0 ? undefined : (
        <Fact name="Not tried">
          {untried.map((words) => (
            <div key={words}>
              <Prose>{words}</Prose>
            </div>
          ))}
        </Fact>
      )}
    </dl>
  );
}
