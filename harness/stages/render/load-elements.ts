import type { Capture, Comparison, JsonNumber, Plan } from '../../domain/run-files.ts';
import { toJsonNumber } from '../../domain/run-files.ts';
import { elementCount, type StoredTensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { decodeToFloat64 } from '../../numerics/decode.ts';
import type { ElementSample } from '../../report/page-data/page-data.ts';
import { type BlobStore, loadTensor } from '../../store/blob-store.ts';
import { referenceOutputs } from '../compare/reference-outputs.ts';

/** Points of a picture, spread evenly over the tensor; the worst elements come on top. */
const SPREAD = 400;
/** Larger tensors have no picture: checking their bytes would take longer than all the rest of a report. */
const MOST_BYTES = 16 * 2 ** 20;

export type LoadElements = (comparison: Comparison) => Promise<ElementSample | undefined>;

/** Reads elements of both sides of a comparison; undefined where the run no longer holds their bytes, or they are no numbers. */
export function elementLoader(plan: Plan, captures: readonly Capture[], blobs: BlobStore): LoadElements {
  const captured = captures.filter((capture) => capture.status === 'captured');
  const suites = new Map(
    plan.suites.map((suite) => {
      const own = captured.filter((capture) => capture.suite === suite.name);
      return [
        suite.name,
        {
          reference: referenceOutputs(suite, own),
          captures: new Map(own.map((each) => [each.target, each])),
        },
      ];
    }),
  );
  return async (comparison) => {
    if (comparison.status === 'notComparable' || comparison.dtype === 'string') return undefined;
    const { suite: name, target, case: caseName, tensor } = comparison;
    const suite = suites.get(name);
    const reference = suite?.reference(caseName);
    const outputs = suite?.captures
      .get(target)
      ?.cases.find((entry) => entry.case === caseName)
      ?.repeats.flat();
    const sides = [
      Array.isArray(reference) ? find(reference, tensor, comparison.digest.reference) : undefined,
      find(outputs ?? [], tensor, comparison.digest.candidate),
    ];
    const positions = positionsOf(comparison);
    const values = await Promise.all(sides.map((side) => readAt(blobs, side, positions)));
    const [referenceValues, candidateValues] = values;
    if (referenceValues === undefined || candidateValues === undefined) return undefined;
    return { reference: referenceValues, candidate: candidateValues, of: elementCount(comparison.shape) };
  };
}

/** Of several repeats the one that was compared. */
function find(outputs: readonly StoredTensor[], tensor: string, sha256: string): StoredTensor | undefined {
  return outputs.find((output) => output.name === tensor && output.sha256 === sha256);
}

/** In rising order, each once. */
function positionsOf({
  shape,
  worstElements,
}: Extract<Comparison, { status: 'compared' }>): readonly number[] {
  const elements = elementCount(shape);
  const spread = Array.from({ length: Math.min(SPREAD, elements) }, (_, n) =>
    Math.floor((n * elements) / Math.min(SPREAD, elements)),
  );
  const worst = worstElements.map(({ index }) =>
    index.reduce((position, step, axis) => position * (shape[axis] ?? 1) + step, 0),
  );
  const inside = worst.filter((position) => position < elements);
  return [...new Set([...spread, ...inside])].sort((left, right) => left - right);
}

async function readAt(
  blobs: BlobStore,
  stored: StoredTensor | undefined,
  positions: readonly number[],
): Promise<readonly JsonNumber[] | undefined> {
  if (stored === undefined || stored.bytes > MOST_BYTES) return undefined;
  try {
    const values = decodeToFloat64(await loadTensor(blobs, stored));
    return positions.map((position) => rounded(values[position] ?? Number.NaN));
  } catch (error) {
    // The verdicts stand without the picture; a damaged run must still have its report.
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function rounded(value: number): JsonNumber {
  return Number.isFinite(value) ? Number(value.toPrecision(6)) : toJsonNumber(value);
}
