import { useMemo, useState } from 'preact/hooks';
import {
  attributedWords,
  changeWords,
  FACTOR_NAMES,
  isChanging,
  isVaried,
  steadyWords,
  untriedWords,
} from '../../../diagnosis/stability-words.ts';
import { formatNumber } from '../../../format-number.ts';
import type { TargetDetail } from '../../../page-data/page-data.ts';
import { useReport } from '../../data/report.ts';
import { useTargetDetails } from '../../data/use-target-details.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { hashOf } from '../../route.ts';
import { repeatability } from './repeatability.ts';

const ROWS = 50;
const MOST_CASES = 8;

/** Whether what differs could be noise, and what changes an answer where that was probed. */
export function RepeatabilitySection({ suite }: { readonly suite: number }) {
  const { head } = useReport();
  const indices = useMemo(
    () => head.targets.flatMap((target, index) => (target.suite === suite ? [index] : [])),
    [head, suite],
  );
  const details = useTargetDetails(indices);
  return (
    <section>
      <h2>Repeatability</h2>
      {details === undefined ? (
        <p>Reading …</p>
      ) : (
        <Repeats details={details} suite={head.suites[suite]!.name} />
      )}
    </section>
  );
}

function Repeats({
  details,
  suite,
}: {
  readonly details: readonly (TargetDetail | undefined)[];
  readonly suite: string;
}) {
  const [shown, setShown] = useState(ROWS);
  const known = details.flatMap((detail) => detail?.determinism ?? []);
  const { words, varying } = repeatability(known);
  const probed = known.flatMap(({ target, factors, attributed }) =>
    factors === undefined ? [] : [{ target, factors, attributed: attributed ?? null }],
  );
  return (
    <>
      <p>{words}</p>
      {varying.length === 0 ? undefined : (
        <Scroll label="Targets that did not repeat their answers">
          <table>
            <thead>
              <tr>
                <th scope="col">Target</th>
                <th scope="col">Output</th>
                <th scope="col" class="number">
                  Different outputs
                </th>
                <th scope="col" class="number">
                  Largest difference
                </th>
                <th scope="col">Cases</th>
              </tr>
            </thead>
            <tbody>
              {varying.slice(0, shown).map(({ target, repeats, tensor }) => (
                <tr key={`${target} ${tensor.tensor}`}>
                  <TargetHeading suite={suite} target={target} />
                  <td>
                    <Name columns={44}>{tensor.tensor}</Name>
                  </td>
                  <td class="number">
                    {tensor.distinct_outputs} of {repeats}
                  </td>
                  <td class="number">{formatNumber(tensor.noise_max_abs)}</td>
                  <td>
                    {tensor.cases.slice(0, MOST_CASES).map((name, index) => (
                      <span key={name}>
                        {index > 0 ? ', ' : ''}
                        <Name columns={24}>{name}</Name>
                      </span>
                    ))}
                    {tensor.cases.length > MOST_CASES ? ` and ${tensor.cases.length - MOST_CASES} more` : ''}
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </Scroll>
      )}
      {varying.length > shown ? (
        <button type="button" class="small" onClick={() => setShown(shown + ROWS)}>
          Show {Math.min(ROWS, varying.length - shown)} more
        </button>
      ) : undefined}
      {probed.length === 0 ? undefined : <Probed suite={suite} probed={probed} />}
    </>
  );
}

/** What `localize --stability` varied, where it was asked. */
function Probed({
  suite,
  probed,
}: {
  readonly suite: string;
  readonly probed: readonly (Parameters<typeof attributedWords>[0] & { readonly target: string })[];
}) {
  return (
    <>
      <h3>What changes an answer</h3>
      <p class="small quiet">One thing varied at a time on one case, the smallest change first.</p>
      <Scroll label="What changes an answer">
        <table>
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Stable?</th>
              <th scope="col">Changes the answer</th>
              <th scope="col">Same bytes</th>
              <th scope="col">Not tried</th>
            </tr>
          </thead>
          <tbody>
            {probed.slice(0, ROWS).map(({ target, ...own }) => {
              const varied = own.factors.filter(isVaried);
              return (
                <tr key={target}>
                  <TargetHeading suite={suite} target={target} />
                  <td>{attributedWords(own)}</td>
                  <td>
                    <Lines
                      words={varied
                        .filter(isChanging)
                        .map((factor) => `${FACTOR_NAMES[factor.factor]}: ${changeWords(factor)}`)}
                    />
                  </td>
                  <td>
                    <Lines words={varied.filter((factor) => !isChanging(factor)).map(steadyWords)} />
                  </td>
                  <td>
                    <Lines words={untriedWords(own.factors)} />
                  </td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </Scroll>
    </>
  );
}

function TargetHeading({ suite, target }: { readonly suite: string; readonly target: string }) {
  return (
    <th scope="row">
      <a class="target-name" href={hashOf({ view: 'target', suite, target })}>
        <Name columns={44}>{target}</Name>
      </a>
    </th>
  );
}

function Lines({ words }: { readonly words: readonly string[] }) {
  if (words.length === 0) return <>–</>;
  return (
    <>
      {words.map((line) => (
        <div key={line}>{line}</div>
      ))}
    </>
  );
}
