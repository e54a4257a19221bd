import { type Difference, pooledDifferenceOf, strideOf } from '../difference.ts';
import { type CauseRule, counted, finding } from '../finding.ts';
import { excess, explains, rounding } from '../permutation.ts';

/** Displaced channels beyond these are left alone: finding where each went costs their square. */
const MOST_DISPLACED = 256;
/** Elements of a channel that are looked at. */
const MOST_ELEMENTS = 1024;
/** A channel of fewer elements must have moved exactly: nearly equal is too easy. */
const FEW_ELEMENTS = 8;
/** And by more than so many roundings, or two neighbours that rounded differently look swapped. */
const LEAST_ROUNDINGS = 4;

/**
 * The channels that differ are those of the reference in another order: each equals another one up to rounding, and
 * none is used twice. 0.95: chance does not do that.
 */
export const swappedChannels: CauseRule = (evidence) => {
  const difference = pooledDifferenceOf(evidence);
  if (difference.differing === 0 || difference.becameNonfinite > 0) return undefined;
  const { shape } = difference;
  const axes = [...new Set([1, shape.length - 1])];
  for (const axis of axes) {
    const moved = movedChannels(difference, axis);
    if (!moved) continue;
    const some = moved.slice(0, 3).map(([channel, from]) => `${channel} holds that of ${from}`);
    return finding(evidence, {
      cause: 'swapped-channels',
      confidence: 0.95,
      title: "Channels stand in each other's place",
      because: [
        `Along axis ${axis} ${counted(moved.length, 'channel')} of ${shape[axis]} hold what the reference has in another channel: ${some.join(', ')}.`,
        'All others agree up to rounding.',
      ],
      remedy:
        'Check the order of the weights along the output channels, and of the channels in the preprocessing (RGB or BGR).',
    });
  }
  return undefined;
};

/** [channel, channel of the reference that it holds], or undefined when the difference is no permutation of channels. */
function movedChannels(difference: Difference, axis: number): [number, number][] | undefined {
  const channels = difference.shape[axis]!;
  if (channels < 2) return undefined;
  const positions = positionsOf(difference, axis);
  if (positions.length === 0) return undefined;
  const isShort = positions.length < FEW_ELEMENTS;
  const tolerance = isShort ? 0 : rounding(difference);
  const least = isShort ? (LEAST_ROUNDINGS * rounding(difference)) ** 2 : 0;
  const stride = strideOf(difference.shape, axis);
  const { reference, candidate } = difference;
  const apart = (channel: number, from: number, limit: number): number => {
    let sum = 0;
    for (const position of positions) {
      sum += excess(reference[position + from * stride]!, candidate[position + channel * stride]!, tolerance);
      if (sum > limit) break;
    }
    return sum;
  };
  const own = Array.from({ length: channels }, (_, channel) => apart(channel, channel, Infinity));
  const displaced = [...own.keys()].filter((channel) => own[channel]! > 0);
  if (displaced.length < 2 || displaced.length > MOST_DISPLACED) return undefined;
  const free = new Set(displaced);
  const moved: [number, number][] = [];
  for (const channel of displaced) {
    const before = own[channel]!;
    if (before <= least) return undefined;
    const from = [...free].find(
      (other) => other !== channel && explains(apart(channel, other, before), before),
    );
    if (from === undefined) return undefined;
    free.delete(from);
    moved.push([channel, from]);
  }
  return moved;
}

/** Where the elements of channel 0 stand, thinned to what is looked at. */
function positionsOf({ shape, count }: Difference, axis: number): number[] {
  const stride = strideOf(shape, axis);
  const block = stride * shape[axis]!;
  const blocks = Math.floor(count / Math.max(block, 1));
  const all = blocks * stride;
  const every = Math.max(1, Math.ceil(all / MOST_ELEMENTS));
  const positions: number[] = [];
  for (let index = 0; index < all; index += every) {
    positions.push(Math.floor(index / stride) * block + (index % stride));
  }
  return positions;
}
