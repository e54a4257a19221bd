/** NumPy's own limit (NPY_MAXDIMS of NumPy 2). */
const MOST_AXES = 64;

/**
 * What is wrong with the shape that a file declares; undefined when nothing is. Every count that follows from a shape
 * without a problem is exact: the lengths are multiplied without the zeros, as NumPy does.
 */
export function shapeProblem(shape: readonly unknown[]): string | undefined {
  if (shape.length > MOST_AXES) return `its shape has ${shape.length} axes; at most ${MOST_AXES} are read`;
  const text = `its shape is [${shape.join(', ')}]`;
  let product = 1;
  for (const length of shape) {
    if (typeof length !== 'number' || !Number.isInteger(length))
      return `${text}, with a length that is no whole number`;
    if (length < 0) return `${text}, with a negative length`;
    if (length > 0) product *= length;
    if (product > Number.MAX_SAFE_INTEGER) return `${text}, more than 2^53 elements`;
  }
  return undefined;
}
