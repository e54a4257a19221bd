import path from 'node:path';
import { fallbackNodes } from '../domain/placement.ts';
import type { DeviceFacts, Plan } from '../domain/run-files.ts';
import type { Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { type Golden, readGolden } from '../formats/golden.ts';
import type { GoldenProvenance } from '../formats/golden-file.ts';
import { type GoldenContent, writeGolden } from '../formats/golden-write.ts';
import { compareTensors } from '../numerics/compare-tensors.ts';
import { DEFAULT_TOLERANCES } from '../numerics/default-tolerances.ts';
import { loadTensor, openBlobStore } from '../store/blob-store.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import { makeScratchFolder } from './capture/scratch-folder.ts';
import { captureRun } from './capture.ts';
import { type CapturedCapture, readDeliveries } from './deliveries.ts';
import { referenceSaturates } from './judge/reference-saturates.ts';
import { displayFolder, loadSuite } from './plan/load-suite.ts';
import { REFERENCE_DEVICE } from './plan/reference-device.ts';
import { planRun } from './plan.ts';

export interface GoldenOptions {
  /** Suite folder, as a path from the working folder. */
  readonly suite: string;
  readonly version: string;
  readonly workFolder: string;
  readonly scratchFolder: string;
  readonly clock: () => Date;
  readonly signal: AbortSignal;
  /** May write where there is no golden yet. */
  readonly write: boolean;
  /** May replace a golden that is there. */
  readonly approve: boolean;
}

/** How a tensor of the golden would change. */
export interface GoldenChange {
  readonly case: string;
  readonly tensor: string;
  /** In words: elements, largest difference; or why the two cannot be compared. */
  readonly difference: string;
}

export interface GoldenReport {
  readonly suite: string;
  /** The suite's folder as a command names it. */
  readonly suiteFolder: string;
  /** Where the golden is, or would be. */
  readonly folder: string;
  readonly committed: Committed;
  readonly computedOn: DeviceFacts;
  /** Set when this machine is known to saturate on this model, so that what it computes is no reference. */
  readonly warning?: string;
  readonly changes: readonly GoldenChange[];
  readonly written: boolean;
}

/** What is there: nothing; a golden of another model, other inputs or other cases; or one that belongs to the suite. */
export type Committed =
  | { readonly status: 'missing' }
  /** `reason`: what has changed since it was computed, in words. */
  | { readonly status: 'stale'; readonly reason: string }
  /** `origin`: provenance in words. */
  | { readonly status: 'present'; readonly origin: string };

type CommittedGolden =
  | Exclude<Committed, { status: 'present' }>
  | { readonly status: 'present'; readonly golden: Golden };

/** Computes the reference outputs on this host through a real session, and lays them beside the committed golden. */
export async function goldenOf(options: GoldenOptions): Promise<GoldenReport> {
  const suite = await loadSuite(options.suite);
  if (suite.file.reference.kind !== 'golden') {
    throw new UserError(
      'E_GOLDEN_NOT_ASKED',
      `The suite's reference is "${suite.file.reference.kind}"; only "golden" has files.`,
      {
        place: suite.file.place,
        remedies: ['write  reference: {kind: golden, golden: golden/}  in suite.yml'],
      },
    );
  }
  const folder = suite.file.reference.folder;
  const scratch = await makeScratchFolder(options.scratchFolder, 'golden');
  try {
    const { run, plan } = await planRun({
      suites: [options.suite],
      fleet: { appium: { mode: 'embedded' }, delegates: [], devices: [REFERENCE_DEVICE] },
      selection: { only: [], tags: [] },
      repeats: 1,
      workFolder: options.workFolder,
      out: path.join(scratch.path, 'run'),
      version: options.version,
      clock: options.clock,
      computeReference: true,
    });
    const { workFolder, scratchFolder, clock, signal } = options;
    await captureRun(run, plan, {
      ...{ workFolder, scratchFolder, clock, signal },
      appium: { mode: 'embedded' },
      concurrency: 1,
      retries: 1,
      onEvent: () => {},
    });
    const capture = await capturedReference(run, plan);
    const outputs = await loadOutputs(run, capture);
    const committed = await readCommitted(folder, plan);
    const changes = committed.status === 'present' ? changesBetween(committed.golden, outputs) : [];
    const warning = referenceSaturates(suite.facts, capture.provenance);
    const isWritten = options.approve || (options.write && committed.status === 'missing');
    if (isWritten) {
      await writeGolden(folder, {
        suite: suite.file.name,
        modelSha256: capture.provenance.modelSha256,
        cases: suite.cases.map(({ name, inputs }) => ({ name, inputs, outputs: outputs.get(name) ?? [] })),
        provenance: provenanceOf(capture),
      } satisfies GoldenContent);
    }
    return {
      suite: suite.file.name,
      suiteFolder: displayFolder(suite.file.folder),
      folder,
      committed:
        committed.status === 'present' ? { status: 'present', origin: committed.golden.origin } : committed,
      computedOn: capture.provenance.device,
      ...(warning ? { warning } : {}),
      changes,
      written: isWritten,
    };
  } finally {
    await scratch.remove();
  }
}

async function capturedReference(run: RunFolder, plan: Plan): Promise<CapturedCapture> {
  const [delivery] = await readDeliveries(run, plan);
  if (delivery?.status !== 'captured') {
    throw new UserError(
      'E_GOLDEN_NOT_COMPUTED',
      `The reference was not computed: ${delivery?.reason ?? 'interrupted'}`,
    );
  }
  const { placement } = delivery.capture;
  const fallbacks = fallbackNodes(placement);
  if (fallbacks === 0) return delivery.capture;
  throw new UserError(
    'E_GOLDEN_NOT_COMPUTED',
    Number.isNaN(fallbacks)
      ? 'The runtime does not attest where the nodes of the graph ran, so the outputs are no reference.'
      : `${fallbacks} nodes of the graph ran elsewhere than on the CPU, so the outputs are no reference.`,
  );
}

async function loadOutputs(
  run: RunFolder,
  capture: CapturedCapture,
): Promise<ReadonlyMap<string, readonly Tensor[]>> {
  const blobs = openBlobStore(runPaths.blobs(run));
  const entries = capture.cases.map(async ({ case: name, repeats }) => {
    const tensors = await Promise.all((repeats[0] ?? []).map((stored) => loadTensor(blobs, stored)));
    return [name, tensors] as const;
  });
  return new Map(await Promise.all(entries));
}

async function readCommitted(folder: string, plan: Plan): Promise<CommittedGolden> {
  const { name, folder: suiteFolder, model, cases } = plan.suites[0]!;
  try {
    const { sha256: modelSha256 } = model;
    const golden = await readGolden(folder, { suite: name, folder: suiteFolder, modelSha256, cases });
    return { status: 'present', golden };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    if (error.code === 'E_GOLDEN_MISSING') return { status: 'missing' };
    if (error.code === 'E_GOLDEN_STALE') return { status: 'stale', reason: error.message };
    throw error;
  }
}

function changesBetween(
  committed: Golden,
  computed: ReadonlyMap<string, readonly Tensor[]>,
): readonly GoldenChange[] {
  return committed.cases.flatMap(({ name, outputs }) => {
    const fresh = computed.get(name) ?? [];
    const names = new Set([...outputs, ...fresh].map((tensor) => tensor.name));
    return [...names].flatMap((tensor): GoldenChange[] => {
      const before = outputs.find((output) => output.name === tensor);
      const after = fresh.find((output) => output.name === tensor);
      const difference = differenceOf(before, after);
      return difference === undefined ? [] : [{ case: name, tensor, difference }];
    });
  });
}

function differenceOf(before: Tensor | undefined, after: Tensor | undefined): string | undefined {
  if (!before) return 'the golden lacks this output';
  if (!after) return 'the model no longer gives this output';
  const compared = compareTensors(before, after, DEFAULT_TOLERANCES[before.dtype]);
  if (compared.status === 'notComparable') return compared.reason;
  if (compared.identical) return undefined;
  const { elements, max_abs } = compared.metrics;
  return `not the same bytes: largest difference ${max_abs} among ${elements} elements`;
}

function provenanceOf(capture: CapturedCapture): GoldenProvenance {
  const { device, delegate } = capture.provenance;
  const { soc, arch, isa, os } = device;
  return {
    runtime: device.runtime,
    provider: delegate.provider,
    optimization: delegate.optimization,
    threads: delegate.threads,
    host: { soc, arch, isa, os },
    computedAt: capture.capturedAt,
  };
}
