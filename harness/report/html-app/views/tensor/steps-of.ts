import type { WorstElement } from '../../../../domain/run-files.ts';
import type { ModelOutput } from '../../../../domain/suite.ts';

const INTEGER = /^u?int(?:4|8|16|32)$/;

/**
 * Signed distance of an element in quantization steps: of an integer tensor the difference itself, of a dequantized one the
 * difference over its scale, rounded. Undefined where the tensor has no steps or a side is no finite number.
 */
export function stepsOf(
  { index, reference, candidate }: WorstElement,
  output: Pick<ModelOutput, 'dtype' | 'quantization'> | undefined,
): number | undefined {
  const error = Number(candidate) - Number(reference);
  if (output === undefined || !Number.isFinite(error)) return undefined;
  if (INTEGER.test(output.dtype)) return error;
  const { quantization } = output;
  if (quantization === undefined) return undefined;
  const channel = quantization.axis === null ? 0 : index[quantization.axis];
  const scale = channel === undefined ? undefined : quantization.scale[channel];
  return scale === undefined || scale <= 0 ? undefined : Math.round(error / scale);
}
