import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, test } from 'vitest';
import type { Placement } from '../../harness/domain/run-files.ts';
import type { Delivery } from '../../harness/stages/deliveries.ts';
import { attestPlacement } from '../../harness/stages/placement.ts';
import type { BlobStore } from '../../harness/store/blob-store.ts';
import { readPlacement, readPlan } from '../../harness/store/run-files.ts';
import {
  blobFile,
  captureFile,
  copyRecording,
  judged,
  type Recording,
  readCaptureFile,
} from '../recorded-runs/recording.ts';
import { sampleCapture, samplePlan } from './sample-run.ts';

const CPU = 'CPUExecutionProvider';

/** As if the target's runtime had profiled these nodes. */
async function profileOtherwise(recording: Recording, target: string, placement: Placement): Promise<void> {
  const capture = await readCaptureFile(recording, target);
  const file = path.join(recording.run, captureFile(target));
  await writeFile(file, JSON.stringify({ ...capture, placement }));
}

const attested = (nodes: Placement['nodes']): Placement => ({ requested: 'cpu', status: 'attested', nodes });
const QUANTIZE = { name: 'QuantizeLinear_node', opType: 'QuantizeLinear', provider: CPU };
const DEQUANTIZE = { name: 'DequantizeLinear_node', opType: 'DequantizeLinear', provider: CPU };
/** A name that the recorded model has, with an operator that it has not. */
const FUSED = { name: 'scores_node_token_4', opType: 'FusedDequantize', provider: CPU };

async function placedSuite({ run }: Recording) {
  return (await readPlacement({ root: run }))!.suites[0]!;
}

test('where every target ran is written beside the comparisons, and that none fused otherwise', async () => {
  const recording = await copyRecording();
  await judged(recording);
  const { suite, targets, ...fusions } = await placedSuite(recording);
  expect(suite).toBe('quarters');
  expect(targets.map(({ target }) => target).sort()).toEqual([
    'board/cpu',
    'browser/wasm',
    'phone/cpu',
    'workstation/cpu',
  ]);
  expect(targets.find(({ target }) => target === 'browser/wasm')).toEqual({
    target: 'browser/wasm',
    requested: 'wasm',
    status: 'attested',
    providers: { [CPU]: 2 },
    partitions: 1,
    fallbacks: 0,
    operators: { QuantizeLinear: 1, DequantizeLinear: 1 },
  });
  expect(fusions).toEqual({ fusions: [] });
});

test("a fusion of one target is found by the names of the plan's own model", async () => {
  const recording = await copyRecording();
  await profileOtherwise(recording, 'board/cpu', attested([QUANTIZE, FUSED]));
  await judged(recording);
  const { captures } = await readPlan({ root: recording.run });
  const others = captures.filter(({ role, target }) => role === 'candidate' && target !== 'board/cpu');
  const { fusions, fusionsUnknown } = await placedSuite(recording);
  expect(fusionsUnknown).toBeUndefined();
  expect(fusions).toEqual([
    {
      operator: 'FusedDequantize',
      nodes: ['scores_node'],
      fired: ['board/cpu'],
      notFired: others.map(({ target }) => target),
    },
  ]);
});

test('a reference that was asked not to fuse makes no fusion partial, and its row is there', async () => {
  const deliveries = (['candidate', 'reference'] as const).map((role, at): Delivery => {
    const planned = { ...samplePlan.captures[at]!, role };
    const placement = attested(role === 'candidate' ? [FUSED] : [DEQUANTIZE]);
    return { planned, status: 'captured', capture: { ...sampleCapture(planned.target), placement } };
  });
  const noBlobs = {} as BlobStore;
  const { suites } = await attestPlacement(samplePlan, deliveries, noBlobs);
  expect(suites[0]!.targets.map(({ target }) => target)).toEqual(['board/cpu', 'phone/cpu']);
  expect(suites[0]!.fusions).toEqual([]);
});

test('without the model nobody knows which fusions are partial, and the file says so', async () => {
  const recording = await copyRecording();
  await profileOtherwise(recording, 'board/cpu', attested([QUANTIZE, FUSED]));
  const { suites } = await readPlan({ root: recording.run });
  await rm(path.join(recording.run, blobFile(suites[0]!.model)));
  await judged(recording);
  expect(await placedSuite(recording)).toMatchObject({
    fusions: [],
    fusionsUnknown: expect.stringMatching(/./),
  });
});

test.for<{ name: string; placement: Placement; fallbacks: unknown; actual: unknown }>([
  {
    name: 'one node elsewhere',
    placement: attested([QUANTIZE, { ...DEQUANTIZE, provider: 'XnnpackExecutionProvider' }]),
    fallbacks: 1,
    actual: 1,
  },
  {
    name: 'no profile',
    placement: { requested: 'cpu', status: 'unknown', nodes: [] },
    fallbacks: 'NaN',
    actual: 'NaN',
  },
])(
  '$name: the target satisfies no budget, the others as before',
  async ({ placement, fallbacks, actual }) => {
    const recording = await copyRecording();
    await profileOtherwise(recording, 'board/cpu', placement);
    const verdicts = await judged(recording);
    const failed = verdicts.verdicts.filter(({ status }) => status === 'FAIL');
    expect(failed).toMatchObject([{ target: 'board/cpu', metric: 'fallback_nodes', actual }]);
    expect(verdicts.exitCode).toBe(1);
    const { targets } = await placedSuite(recording);
    expect(targets.find(({ target }) => target === 'board/cpu')).toMatchObject({ fallbacks });
  },
);
