import { constantNumbers } from '../../onnx/constants.ts';
import { type Difference, pooledDifferenceOf, strideOf } from '../difference.ts';
import type { Evidence } from '../evidence.ts';
import { lacksVnni } from '../experiments.ts';
import { type CauseRule, counted, finding, percent } from '../finding.ts';
import { mended } from '../mended.ts';

/** Share of the elements that are not clipped at which the error must be one and the same number of steps. */
const SAME_ERROR = 0.9;
/** Share that may be further from it than a rounding. */
const STRAY = 0.005;
const LEAST_ELEMENTS = 8;
const LEAST_CHANNELS = 3;
const LEAST_OF_EACH_SIGN = 4;
const LEAST_ERRORS = 16;
const SIGNS_AGREE = 0.96;

/**
 * The error is a whole number of steps, the same everywhere that is not clipped (0.9): the zero point of the output. Or it
 * has in each channel the sign of that channel's sum of weights (0.75): the zero point of the input.
 */
export const wrongZeroPoint: CauseRule = (evidence) => {
  const difference = pooledDifferenceOf(evidence);
  const isQuantized =
    evidence.samples[0]?.reference.quantization !== undefined ||
    evidence.island.operators.some((name) => /Quant|QLinear|QGemm/.test(name));
  if (!isQuantized || difference.differing === 0 || difference.becameNonfinite > 0) return undefined;
  const found = ofOutput(difference) ?? ofInput(evidence, difference);
  return (
    found &&
    finding(evidence, {
      cause: 'wrong-zero-point',
      ...found,
      remedy:
        "Compare the zero points of this node's quantizers on the device with those of the model, and the signedness (uint8 or int8) that the delegate takes.",
    })
  );
};

function ofOutput({ unit, reference, candidate, interior }: Difference) {
  if (unit !== 'steps') return undefined;
  const errors = new Map<number, number>();
  let count = 0;
  for (let i = 0; i < reference.length; i++) {
    if (!interior[i]) continue;
    const error = candidate[i]! - reference[i]!;
    errors.set(error, (errors.get(error) ?? 0) + 1);
    count += 1;
  }
  if (count < LEAST_ELEMENTS) return undefined;
  const [steps, same] = [...errors].reduce((most, entry) => (entry[1] > most[1] ? entry : most));
  let near = 0;
  for (const [error, many] of errors) if (Math.abs(error - steps) <= 1) near += many;
  if (steps === 0 || same < SAME_ERROR * count || near < (1 - STRAY) * count) return undefined;
  const sign = steps > 0 ? 'high' : 'low';
  return {
    confidence: 0.9,
    title: `Everything is ${counted(Math.abs(steps), 'step')} too ${sign}`,
    because: [
      `${percent(same / count)} of the ${count} elements that are not clipped are off by ${steps > 0 ? '+' : ''}${counted(steps, 'step')}.`,
    ],
  };
}

/**
 * An input that is off by k adds k · Σ weights to each output of a channel: all errors of a channel have one sign, that
 * of its sum or the opposite one, even where rounding hides most of them.
 */
function ofInput(evidence: Evidence, { reference, candidate, interior, shape }: Difference) {
  const { island } = evidence;
  // Saturation pulls large sums to zero, channel by channel too.
  if (mayHaveSaturated(evidence)) return undefined;
  const axis = /Conv/.test(island.opType) ? 1 : shape.length - 1;
  const channels = shape[axis]!;
  const sums = sumsOfWeights(island, channels);
  if (!sums) return undefined;
  const stride = strideOf(shape, axis);
  const isInside = insideOf(island, shape);
  const differing = new Float64Array(channels);
  let [along, against, up, down] = [0, 0, 0, 0];
  for (let i = 0; i < reference.length; i++) {
    const error = candidate[i]! - reference[i]!;
    if (!interior[i] || error === 0 || !isInside(i)) continue;
    const channel = Math.floor(i / stride) % channels;
    differing[channel]! += 1;
    if (error > 0) up += 1;
    else down += 1;
    if (error * sums[channel]! > 0) along += 1;
    else against += 1;
  }
  const used = differing.filter((many) => many > 0).length;
  const agreeing = Math.max(along, against);
  if (used < LEAST_CHANNELS || Math.min(up, down) < LEAST_OF_EACH_SIGN) return undefined;
  if (agreeing < Math.max(LEAST_ERRORS, SIGNS_AGREE * (along + against))) return undefined;
  return {
    confidence: 0.75,
    title: 'The node reads its input with another zero point',
    because: [
      `In ${used} channels the errors have the sign ${along > against ? 'of' : 'opposite to'} the sum of the channel's weights, at ${agreeing} of ${along + against} elements: so does an input that is off by a constant.`,
    ],
  };
}

/** At the border of a convolution padding takes the place of some inputs, so that other sums hold there. */
function insideOf(
  { opType, constants }: Evidence['island'],
  shape: readonly number[],
): (i: number) => boolean {
  const kernel = constants.find((constant) => constant.shape.length === shape.length)?.shape;
  if (!/Conv/.test(opType) || !kernel) return () => true;
  const axes = [...shape.keys()].slice(2).map((axis) => {
    const margin = Math.floor(kernel[axis]! / 2);
    return { stride: strideOf(shape, axis), length: shape[axis]!, margin };
  });
  if (axes.some(({ length, margin }) => length <= 2 * margin)) return () => true;
  return (i) =>
    axes.every(({ stride, length, margin }) => {
      const at = Math.floor(i / stride) % length;
      return at >= margin && at < length - margin;
    });
}

function mayHaveSaturated(evidence: Evidence): boolean {
  const { island, candidate } = evidence;
  return island.u8s8FullRange && lacksVnni(candidate) && mended(evidence, 'x64quantprecision') !== 'stays';
}

/** Σ of the weights that make each output channel; undefined when no constant has such an axis, or two have. */
function sumsOfWeights(
  { constants, opType }: Evidence['island'],
  channels: number,
): Float64Array | undefined {
  const weights = constants.find(({ shape }) => shape.length >= 2);
  if (!weights) return undefined;
  const { shape } = weights;
  const axis = /Conv/.test(opType) || shape.at(-1) !== channels ? 0 : shape.length - 1;
  const values = constantNumbers(weights);
  if (!values || shape[axis] !== channels) return undefined;
  const stride = strideOf(shape, axis);
  const sums = new Float64Array(channels);
  for (let i = 0; i < values.length; i++) sums[Math.floor(i / stride) % channels]! += values[i]!;
  return sums;
}
