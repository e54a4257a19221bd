import type { InputPreview, PlannedSuite } from '../../domain/suite.ts';
import type { BlobRef, StoredTensor, Tensor } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import type { InputSample } from '../../report/report-input.ts';
import { type BlobStore, loadTensor } from '../../store/blob-store.ts';
import { inputImage } from './input-image.ts';
import { type InputRow, inputRow } from './input-row.ts';
import { inputText } from './input-text.ts';

/** Of an input, and of a vocabulary, that is read for a picture. */
const MOST_BYTES = 256 << 20;

/**
 * Loads inputs as the suites' previews want them shown; undefined for a suite that names none. What cannot be shown says why: the
 * verdicts stand without the picture, and a damaged run must still have its report.
 */
export function inputLoader(
  suites: readonly PlannedSuite[],
  blobs: BlobStore,
): (suite: string, sample: string) => Promise<InputSample | undefined> {
  const byName = new Map(suites.map((suite) => [suite.name, suite]));
  const tensorOf = lastOne((stored: StoredTensor) => readable(loadTensor(blobs, stored)));
  const tokensOf = lastOne(async (stored: BlobRef) => {
    const bytes = await readable(blobs.load(stored));
    return bytes && tokens(new TextDecoder().decode(bytes));
  });
  return async (name, sample) => {
    const suite = byName.get(name);
    // An older fleetdiff planned it as a part of the task.
    const preview: InputPreview | undefined = suite?.preview ?? suite?.task?.preview;
    if (suite === undefined || preview === undefined) return undefined;
    const axis = suite.task?.batchAxis;
    const { name: caseName, row } = splitSample(sample, suite);
    const stored = suite.cases
      .find((each) => each.name === caseName)
      ?.inputs.find((input) => input.name === preview.input);
    if (stored === undefined) return { kind: 'none', reason: 'the run has no such input' };
    if (stored.bytes > MOST_BYTES) return { kind: 'none', reason: 'it is too large to be shown' };
    const tensor: Tensor | undefined = await tensorOf(stored);
    if (tensor === undefined) return { kind: 'none', reason: 'its bytes are gone or damaged' };
    const found = inputRow(tensor, axis, row);
    if (typeof found === 'string') return { kind: 'none', reason: found };
    const { vocabulary } = preview;
    const words = vocabulary && vocabulary.bytes <= MOST_BYTES ? await tokensOf(vocabulary) : undefined;
    return shown(found, preview, words);
  };
}

function shown(
  row: InputRow,
  { as, layout }: InputPreview,
  words: readonly string[] | undefined,
): InputSample {
  if (as === 'text') return { kind: 'text', text: inputText(row, words) };
  const { values, shape } = row;
  if (!(values instanceof Float64Array)) return { kind: 'none', reason: 'strings are no picture' };
  if (as !== 'waveform') return inputImage(values, shape, as, layout);
  if (shape.filter((length) => length !== 1).length <= 1) return { kind: 'waveform', values };
  return { kind: 'none', reason: `expected one signal a sample, found [${shape.join(', ')}]` };
}

/** The samples of a case are asked one after another: its input is read once. */
function lastOne<Key extends BlobRef, Value>(
  load: (key: Key) => Promise<Value>,
): (key: Key) => Promise<Value> {
  let last: { readonly key: Key; readonly value: Promise<Value> } | undefined;
  return (key) => {
    if (last?.key !== key) last = { key, value: load(key) };
    return last.value;
  };
}

async function readable<Value>(value: Promise<Value>): Promise<Value | undefined> {
  return value.catch((error: unknown) => {
    if (error instanceof UserError) return undefined;
    throw error;
  });
}

/** A line is a token whatever it holds, so that ids and lines agree; the last line need not be ended. */
function tokens(text: string): readonly string[] {
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}

/** `case` or `case#row`; a case's own name may hold a "#". Without a row it is the case, whatever that holds. */
function splitSample(sample: string, { cases }: PlannedSuite): { name: string; row: number | undefined } {
  const at = sample.lastIndexOf('#');
  if (at < 0 || cases.some(({ name }) => name === sample)) return { name: sample, row: undefined };
  return { name: sample.slice(0, at), row: Number(sample.slice(at + 1)) };
}
