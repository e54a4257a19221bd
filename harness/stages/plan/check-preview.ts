import type { PreviewFile } from '../../config/preview.ts';
import type { TensorHeader } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';

const isInteger = (dtype: string) => /^u?int\d+$/.test(dtype);
const CHANNELS = 3;

/** Holds the preview against the inputs that the model declares. Unknown dimensions may be anything. */
export function checkPreview(preview: PreviewFile, inputs: readonly TensorHeader[]): void {
  const refuse = (code: string, message: string, remedies: readonly string[] = []) =>
    new UserError(code, message, { place: preview.place, remedies });
  const { input: name, as, layout, vocabulary } = preview;
  const input = inputs.find((each) => each.name === name);
  if (!input) {
    const names = inputs.map((each) => each.name).join(', ');
    throw refuse(
      'E_TASK_UNKNOWN_INPUT',
      `The preview shows input "${name}", but the model's inputs are: ${names}.`,
    );
  }
  const { dtype, shape } = input;
  const found = `; input "${name}" is ${dtype}[${shape.map((length) => (length === -1 ? '?' : length)).join(', ')}].`;
  if (as !== 'text' && dtype === 'string') {
    throw refuse('E_PREVIEW_SHAPE', `A preview as ${as} needs numbers${found}`, ['write  as: text']);
  }
  if (as === 'text' && dtype !== 'string' && !isInteger(dtype)) {
    throw refuse('E_PREVIEW_SHAPE', `A preview as text needs strings, bytes or token ids${found}`);
  }
  if (vocabulary !== undefined && !isInteger(dtype)) {
    throw refuse('E_PREVIEW_SHAPE', `A vocabulary needs token ids, which are integers${found}`);
  }
  const ends = { NCHW: shape.at(-3), NHWC: shape.at(-1) };
  const channels = layout === undefined ? Object.values(ends) : [ends[layout]];
  if (as === 'rgb' && shape.length > 0 && !channels.some((length) => length === CHANNELS || length === -1)) {
    const expected = layout ?? 'NCHW or NHWC';
    throw refuse('E_PREVIEW_SHAPE', `A preview as rgb needs three channels, ${expected}${found}`);
  }
}
