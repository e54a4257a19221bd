import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { nodeProto } from '../../fixtures/quantizer/build-proto.ts';
import { parseDevices } from '../../harness/config/devices-file.ts';
import type { PreviewFile } from '../../harness/config/preview.ts';
import type { DType } from '../../harness/domain/tensor.ts';
import { writeNpz } from '../../harness/formats/npz-write.ts';
import { encodeModel } from '../../harness/onnx/proto.ts';
import { checkPreview } from '../../harness/stages/plan/check-preview.ts';
import { planRun } from '../../harness/stages/plan.ts';
import { inputLoader } from '../../harness/stages/render/load-input.ts';
import { openBlobStore } from '../../harness/store/blob-store.ts';
import { readPlan } from '../../harness/store/run-files.ts';
import { runPaths } from '../../harness/store/run-folder.ts';

type Options = Partial<Pick<PreviewFile, 'layout' | 'vocabulary'>>;

function check(as: PreviewFile['as'], dtype: DType, shape: readonly number[], more: Options = {}): void {
  const place = { file: 'suite.yml', line: 7 };
  checkPreview({ input: 'x', as, place, ...more }, [{ name: 'x', dtype, shape }]);
}

test.for<[PreviewFile['as'], DType, number[], Options]>([
  ['grayscale', 'float32', [-1, 1, 28, 28], {}],
  ['rgb', 'uint8', [-1, 3, 224, 224], {}],
  ['rgb', 'float32', [1, 224, 224, 3], {}],
  ['rgb', 'float32', [1, 224, 224, 3], { layout: 'NHWC' }],
  ['rgb', 'float32', [-1, -1, -1, -1], { layout: 'NCHW' }],
  ['rgb', 'float32', [], {}],
  ['waveform', 'int16', [1, 16_000], {}],
  ['text', 'string', [1], {}],
  ['text', 'uint8', [-1], {}],
  ['text', 'int64', [1, 128], { vocabulary: 'vocab.txt' }],
])('%s fits %s%j', ([as, dtype, shape, more]) => {
  expect(() => check(as, dtype, shape, more)).not.toThrow();
});

test.for<[PreviewFile['as'], DType, number[], Options, string]>([
  ['waveform', 'string', [1], {}, 'A preview as waveform needs numbers; input "x" is string[1].'],
  ['text', 'float32', [-1, 4], {}, 'needs strings, bytes or token ids; input "x" is float32[?, 4].'],
  ['text', 'bool', [4], {}, 'needs strings, bytes or token ids'],
  ['text', 'string', [4], { vocabulary: 'vocab.txt' }, 'A vocabulary needs token ids'],
  ['rgb', 'uint8', [1, 1, 28, 28], {}, 'three channels, NCHW or NHWC; input "x" is uint8[1, 1, 28, 28].'],
  ['rgb', 'uint8', [1, 3, 28, 28], { layout: 'NHWC' }, 'needs three channels, NHWC'],
])('%s does not fit %s%j', ([as, dtype, shape, more, says]) => {
  expect(() => check(as, dtype, shape, more)).toThrow(
    expect.objectContaining({
      code: 'E_PREVIEW_SHAPE',
      message: expect.stringContaining(says),
      place: { file: 'suite.yml', line: 7 },
    }),
  );
});

test('an input that the model has not is told by line', () => {
  const preview: PreviewFile = { input: 'y', as: 'text', place: { file: 'suite.yml', line: 7 } };
  const inputs = [{ name: 'x', dtype: 'string' as const, shape: [1] }];
  expect(() => checkPreview(preview, inputs)).toThrow(
    expect.objectContaining({
      code: 'E_TASK_UNKNOWN_INPUT',
      message: 'The preview shows input "y", but the model\'s inputs are: x.',
    }),
  );
});

const FLEET = `schema: fleetdiff/devices@1
delegates: {cpu: {runtime: onnxruntime-node, provider: cpu}}
devices: [{name: workstation, driver: soc, launch: host, delegates: [cpu]}]
`;
const INT64 = 7;

/** A model that gives back the token ids that it is given. */
function echoModel(): Uint8Array {
  const info = (name: string) => ({
    name,
    type: { tensorType: { elemType: INT64, shape: { dim: [{ dimValue: 1 }, { dimValue: 3 }] } } },
  });
  return encodeModel({
    irVersion: 8,
    opsetImport: [{ domain: '', version: 13 }],
    graph: {
      ...{ name: 'echo', input: [info('ids')], output: [info('out')], initializer: [] },
      node: [nodeProto('Identity', ['ids'], ['out'])],
    },
  });
}

test('a run keeps what its previews need, whatever becomes of the suite', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-preview-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const at = (name: string) => path.join(folder, name);
  const data = new Uint8Array(BigInt64Array.of(2n, 1n, 0n).buffer);
  await writeFile(at('echo.onnx'), echoModel());
  await writeFile(at('a.npz'), writeNpz([{ name: 'ids', dtype: 'int64', shape: [1, 3], data }]));
  await writeFile(at('vocab.txt'), '[PAD]\nschöne\nhello');
  await writeFile(
    at('suite.yml'),
    `schema: fleetdiff/suite@1
name: echo
model: echo.onnx
cases: [a.npz]
preview: {input: ids, as: text, vocabulary: vocab.txt}
`,
  );
  const { run } = await planRun({
    suites: [folder],
    fleet: parseDevices(FLEET, 'devices.yml', {}),
    selection: { only: [], tags: [] },
    repeats: 1,
    workFolder: folder,
    out: 'run',
    version: '0.1.0',
    clock: () => new Date('2026-11-23T00:00:00Z'),
  });
  await rm(at('vocab.txt'));
  const plan = await readPlan(run);
  const { vocabulary } = plan.suites[0]!.preview!;
  expect(plan.suites[0]!.preview).toEqual({ input: 'ids', as: 'text', vocabulary });
  expect(vocabulary?.bytes).toBe(Buffer.byteLength('[PAD]\nschöne\nhello'));
  const load = inputLoader(plan.suites, openBlobStore(runPaths.blobs(run)));
  expect(await load('echo', 'a')).toEqual({ kind: 'text', text: 'hello schöne [PAD]' });
});
