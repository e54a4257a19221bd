import { formatNumber } from '../../../format-number.ts';
import { domainsOf, onlyValue } from './scatter-plot.ts';
import type { Point } from './scatter-points.ts';

/** What the line of equal values means; empty where none of it is in the picture. */
export function onLineWords(points: readonly Point[]): string {
  const { x, y } = domainsOf(points);
  if (x === y) return 'On the line: the same value. ';
  if (Math.max(x[0], y[0]) > Math.min(x[1], y[1])) return '';
  return 'On the line: the same value; the two axes differ in scale. ';
}

/** Of a side that has one value everywhere: the picture is a flat row of points. */
export function oneValueWords(points: readonly Point[]): string {
  const [reference, candidate] = [onlyValue(points, 'reference'), onlyValue(points, 'candidate')];
  return [
    reference === undefined ? '' : `The reference is ${formatNumber(reference)} in every element shown. `,
    candidate === undefined ? '' : `This target gave ${formatNumber(candidate)} for every element shown. `,
  ].join('');
}
