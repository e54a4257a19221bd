import { elementCount } from '../../domain/tensor.ts';
import { differenceOf, strideOf } from '../difference.ts';
import type { Evidence, SeenTensor } from '../evidence.ts';
import { type CauseRule, finding } from '../finding.ts';

/** A reference that varies by less than these steps may be constant by rounding alone. */
const LEAST_STEPS = 4;

/**
 * The answer does not follow the input: two cases give the same bytes, or a case gives what the reference gives for
 * another (0.95); or all rows of a batch, or all elements, are the same (0.85). The reference must vary where the candidate does not.
 */
export const stuckOutput: CauseRule = (evidence) => {
  const difference = differenceOf(evidence);
  // Zero is what flushing leaves of tiny values.
  if (difference.differing === 0 || difference.becameNonfinite > 0 || !varies(difference)) return undefined;
  const found = betweenCases(evidence) ?? withinCase(evidence);
  return (
    found &&
    finding(evidence, {
      cause: 'stuck-output',
      title: 'The answer does not follow the input',
      ...found,
      remedy:
        'Check that the runtime binds a fresh output buffer for each run, and that the node reads its input; run the case alone in a fresh session.',
    })
  );
};

function betweenCases({ samples }: Evidence): { confidence: number; because: string[] } | undefined {
  const first = samples[0]!;
  const other = samples
    .slice(1)
    .find(({ reference }) => !isEqual(reference, first.reference) && spread(reference, first.reference) > 0);
  if (!other || !farApart(first.reference, other.reference)) return undefined;
  const names = `"${first.case}" and "${other.case}"`;
  if (isEqual(first.candidate, other.candidate)) {
    return {
      confidence: 0.95,
      because: [`The cases ${names} give the same bytes; the reference's differ.`],
    };
  }
  if (isEqual(first.candidate, other.reference) || isEqual(other.candidate, first.reference)) {
    return {
      confidence: 0.95,
      because: [`Of the cases ${names} one gives the bytes that the reference gives for the other.`],
    };
  }
  return undefined;
}

function withinCase({ samples }: Evidence): { confidence: number; because: string[] } | undefined {
  const { inputs, reference, candidate } = samples[0]!;
  if (candidate.values.length > 1 && isConstant(candidate.values)) {
    return {
      confidence: 0.85,
      because: [
        `All ${candidate.values.length} elements are ${candidate.values[0]}; the reference's differ.`,
      ],
    };
  }
  const [rows = 0, ...rest] = candidate.shape;
  const isBatch = rows > 1 && elementCount(rest) > 1 && inputs.some(({ shape }) => shape[0] === rows);
  if (!isBatch || !repeatsRows(candidate) || repeatsRows(reference)) return undefined;
  return {
    confidence: 0.85,
    because: [`All ${rows} rows of the batch are the same; the reference's differ.`],
  };
}

/** Beyond what rounding makes of it: four steps, or a hundredth of its largest value. */
function varies({ unit, reference, dtype }: ReturnType<typeof differenceOf>): boolean {
  let [low, high] = [Infinity, -Infinity];
  for (const value of reference) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const least = unit === 'steps' ? LEAST_STEPS : Math.max(Math.abs(low), Math.abs(high)) / 100;
  return high - low >= least && (unit === 'steps' || high - low > smallest(dtype));
}

function smallest(dtype: string): number {
  return dtype === 'float16' ? 2 ** -13 : 2 ** -100;
}

/** More than one step, or a thousandth, apart: else two cases may round to the same answer. */
function farApart(left: SeenTensor, right: SeenTensor): boolean {
  const most = spread(left, right);
  if (!left.dtype.includes('float')) return most >= LEAST_STEPS;
  return most > 1e-3 * largest(left.values);
}

function spread(left: SeenTensor, right: SeenTensor): number {
  let most = 0;
  const count = Math.min(left.values.length, right.values.length);
  for (let i = 0; i < count; i++) {
    const apart = Math.abs(left.values[i]! - right.values[i]!);
    if (apart > most) most = apart;
  }
  return most;
}

function largest(values: Float64Array): number {
  let most = 0;
  for (const value of values) if (Math.abs(value) > most) most = Math.abs(value);
  return most;
}

function isEqual(left: SeenTensor, right: SeenTensor): boolean {
  if (left.values.length === 0 || left.values.length !== right.values.length) return false;
  return left.values.every((value, index) => Object.is(value, right.values[index]));
}

function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

function repeatsRows({ shape, values }: SeenTensor): boolean {
  const row = strideOf(shape, 0);
  return values.every((value, index) => value === values[index % row]);
}
