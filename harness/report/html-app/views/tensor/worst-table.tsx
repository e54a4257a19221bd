import type { WorstElement } from '../../../../domain/run-files.ts';
import type { ModelOutput } from '../../../../domain/suite.ts';
import { formatNumber } from '../../../format-number.ts';
import { errorOf, type TensorSummary } from '../../../tensor-summary.ts';
import { Name } from '../../parts/name.tsx';
import { Scroll } from '../../parts/scroll.tsx';
import { stepsOf } from './steps-of.ts';

/** The elements that are furthest off, by place and value. */
export function WorstTable({
  summary: { worstElements },
  output,
}: {
  readonly summary: TensorSummary;
  readonly output: ModelOutput | undefined;
}) {
  if (worstElements.length === 0) return null;
  const steps = worstElements.map((worst) => stepsOf(worst, output));
  const hasSteps = steps.some((each) => each !== undefined);
  return (
    <section>
      <h2>Worst elements</h2>
      <Scroll label="Worst elements">
        <table class="worst-table">
          <thead>
            <tr>
              <th scope="col">Case</th>
              <th scope="col">Index</th>
              <th scope="col" class="number">
                Reference
              </th>
              <th scope="col" class="number">
                This target
              </th>
              <th scope="col" class="number">
                Error
              </th>
              {hasSteps ? (
                <th scope="col" class="number">
                  Steps
                </th>
              ) : undefined}
            </tr>
          </thead>
          <tbody>
            {worstElements.map((worst, at) => (
              <tr key={`${worst.case} ${worst.index.join()}`}>
                <th scope="row" class="unbroken">
                  <Name columns={36}>{worst.case}</Name>
                </th>
                <td class="unbroken">[{worst.index.join(', ')}]</td>
                <td class="number">
                  <Value value={worst.reference} />
                </td>
                <td class="number">
                  <Value value={worst.candidate} />
                </td>
                <td class="number">{differenceOf(worst)}</td>
                {hasSteps ? (
                  <td class="number">{steps[at] === undefined ? '' : signed(steps[at], 4)}</td>
                ) : undefined}
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
    </section>
  );
}

function Value({ value }: { readonly value: WorstElement['reference'] }) {
  return typeof value === 'number' ? (
    <span>{formatNumber(value, 7)}</span>
  ) : (
    <Name columns={28}>{value}</Name>
  );
}

function differenceOf(worst: WorstElement): string {
  if (errorOf(worst) === Number.MAX_VALUE) return 'not finite';
  return signed(Number(worst.candidate) - Number(worst.reference), 5);
}

function signed(value: number, digits: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value, digits)}`;
}
