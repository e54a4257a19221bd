import path from 'node:path';
import { parseBudgets } from '../config/budgets-file.ts';
import type { Fleet } from '../config/devices-file.ts';
import { type Device, targetName } from '../domain/device.ts';
import type { FleetNames, Plan, PlannedCapture } from '../domain/run-files.ts';
import type { Shard } from '../domain/shard.ts';
import type { PlannedReference, PlannedSuite } from '../domain/suite.ts';
import type { BlobRef, StoredTensor, Tensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { type Golden, readGolden } from '../formats/golden.ts';
import { hashTensor } from '../formats/golden-file.ts';
import { type BlobStore, openBlobStore, sha256Of } from '../store/blob-store.ts';
import { openRunLog } from '../store/log.ts';
import { writePlan } from '../store/run-files.ts';
import {
  createFreshRunFolder,
  createRunFolder,
  linkLatest,
  type RunFolder,
  runId,
  runPaths,
} from '../store/run-folder.ts';
import { checkSuiteBudgets, fleetNames } from './judge/read-budgets.ts';
import { hashPlan } from './plan/hash-plan.ts';
import { displayFolder, type LoadedSuite, loadSuite } from './plan/load-suite.ts';
import { REFERENCE_DEVICE, REFERENCE_TARGET } from './plan/reference-device.ts';
import { type Selection, selectTargets } from './plan/select-targets.ts';

export interface PlanOptions {
  /** Suite folders, as paths from the working folder. */
  readonly suites: readonly string[];
  readonly fleet: Fleet;
  readonly selection: Selection;
  /** Inferences per case in one session. */
  readonly repeats: number;
  readonly workFolder: string;
  /** The run's folder; absent: a fresh one under `reports/`. */
  readonly out?: string;
  /** false: `latest` stays where it points, as the model of a pull request is no night. */
  readonly isLatest?: boolean;
  readonly version: string;
  readonly clock: () => Date;
  /** The part of the plan that this run captures; absent: all of it. */
  readonly shard?: Shard;
  /** Computes every suite's reference, whatever suite.yml says: how a golden comes to be. */
  readonly computeReference?: boolean;
  /** Suites that are not as their folder says; absent: each folder's own. */
  readonly load?: (folder: string) => Promise<LoadedSuite>;
}

export interface Planned {
  readonly run: RunFolder;
  readonly plan: Plan;
}

/**
 * Writes down every capture that must exist, before any device is touched. Everything that later stages need of the suites
 * (inputs, goldens, labels, ground truth) is in the run folder afterwards.
 */
export async function planRun(options: PlanOptions): Promise<Planned> {
  const loaded = await Promise.all(options.suites.map((folder) => (options.load ?? loadSuite)(folder)));
  const suites = options.computeReference ? loaded.map(withComputedReference) : loaded;
  checkSuiteNames(suites);
  const devices = selectTargets(options.fleet.devices, options.selection);
  const fleet = fleetNames(options.fleet);
  // A golden's plan has no fleet that budgets could speak of.
  if (!options.computeReference) for (const suite of suites) checkBudgets(suite, fleet);
  const now = options.clock();
  const allDevices = withReferences(devices, suites, options.fleet.devices);
  const head = {
    repeats: options.repeats,
    devices: allDevices,
    captures: plannedCaptures(devices, allDevices, suites),
  };
  const goldens = await Promise.all(suites.map(readSuiteGolden));
  const targets = options.fleet.devices.flatMap(({ name, delegates }) =>
    delegates.map((delegate) => targetName(name, delegate.name)),
  );
  const content = {
    ...head,
    fleet: { ...fleet, targets },
    suites: suites.map((suite, index) => pinSuite(suite, goldens[index])),
  };
  const planHash = hashPlan(content);
  // Nothing that can be refused comes after this: a mistake leaves no folder behind.
  const id = runId(now, planHash);
  const reports = path.resolve(options.workFolder, 'reports');
  const run = options.out
    ? await createRunFolder(path.resolve(options.workFolder, options.out))
    : await createFreshRunFolder(reports, id);
  const blobs = openBlobStore(runPaths.blobs(run));
  const plan: Plan = {
    schemaVersion: 1,
    kind: 'plan',
    run: options.out ? id : path.basename(run.root),
    createdAt: now.toISOString(),
    planHash,
    harness: { version: options.version },
    ...content,
    ...(options.shard === undefined ? {} : { shard: options.shard }),
  };
  for (const [index, suite] of suites.entries()) await storeSuite(suite, goldens[index], blobs);
  await writePlan(run, plan);
  if (options.isLatest !== false && path.dirname(run.root) === reports) await linkLatest(run);
  openRunLog(run, options.clock)('planned', { planHash, captures: plan.captures.length });
  return { run, plan };
}

function withComputedReference(suite: LoadedSuite): LoadedSuite {
  return { ...suite, file: { ...suite.file, reference: { kind: 'computed' } } };
}

function checkSuiteNames(suites: readonly LoadedSuite[]): void {
  const seen = new Map<string, string>();
  for (const { file } of suites) {
    const other = seen.get(file.name);
    if (other !== undefined) {
      throw new UserError(
        'E_SUITE_TWICE',
        `Two suites are called "${file.name}": ${other} and ${file.folder}.`,
        {
          place: file.place,
          remedies: ['give one of them another name: in suite.yml'],
        },
      );
    }
    seen.set(file.name, file.folder);
  }
}

/** A budget that names what does not exist is told now, before a fleet has worked for nothing. */
function checkBudgets(suite: LoadedSuite, fleet: FleetNames): void {
  if (!suite.file.budgets || suite.budgetsText === undefined) return;
  checkSuiteBudgets(
    parseBudgets(suite.budgetsText, suite.file.budgets),
    {
      suite: suite.file.name,
      cases: suite.cases.map(({ name }) => name),
      tensors: suite.facts.outputs.map(({ name }) => name),
    },
    fleet,
  );
}

/** The selected devices, and those that a suite's reference needs beside them. */
function withReferences(
  devices: readonly Device[],
  suites: readonly LoadedSuite[],
  fleet: readonly Device[],
): readonly Device[] {
  const all = new Map(devices.map((device) => [device.name, device]));
  for (const { file } of suites) {
    if (file.reference.kind === 'computed') addReference(all);
    if (file.reference.kind === 'target') addTarget(all, file.reference.target, fleet, file.place.file);
  }
  return [...all.values()];
}

function addReference(all: Map<string, Device>): void {
  const present = all.get(REFERENCE_DEVICE.name);
  if (present && present.place.file !== REFERENCE_DEVICE.place.file) {
    throw new UserError(
      'E_DEVICE_NAME_TAKEN',
      'A device is called "reference", as the computed reference is.',
      {
        place: present.place,
        remedies: ['give the device another name'],
      },
    );
  }
  all.set(REFERENCE_DEVICE.name, REFERENCE_DEVICE);
}

function addTarget(all: Map<string, Device>, target: string, fleet: readonly Device[], file: string): void {
  const device = fleet.find(({ name }) => target.startsWith(`${name}/`));
  const delegate = device?.delegates.find(({ name }) => targetName(device.name, name) === target);
  if (!device || !delegate) {
    throw new UserError(
      'E_REFERENCE_UNKNOWN_TARGET',
      `The reference is target "${target}", which the fleet lacks.`,
      {
        place: { file },
        remedies: ['name a device/delegate of devices.yml'],
      },
    );
  }
  const present = all.get(device.name);
  if (present?.delegates.some(({ name }) => name === delegate.name)) return;
  all.set(device.name, { ...device, delegates: [...(present?.delegates ?? []), delegate] });
}

function plannedCaptures(
  selected: readonly Device[],
  all: readonly Device[],
  suites: readonly LoadedSuite[],
): readonly PlannedCapture[] {
  const wanted = new Set(selected.flatMap((device) => targetsOf(device)));
  return suites.flatMap(({ file }) =>
    all.flatMap((device) =>
      device.delegates.flatMap((delegate): PlannedCapture[] => {
        const target = targetName(device.name, delegate.name);
        const isReference = referenceTarget(file.reference) === target;
        if (!wanted.has(target) && !isReference) return [];
        const optional = device.optional || (delegate.optional ?? false);
        return [{ suite: file.name, target, role: isReference ? 'reference' : 'candidate', optional }];
      }),
    ),
  );
}

function targetsOf(device: Device): readonly string[] {
  return device.delegates.map(({ name }) => targetName(device.name, name));
}

function referenceTarget(reference: LoadedSuite['file']['reference']): string | undefined {
  if (reference.kind === 'computed') return REFERENCE_TARGET;
  return reference.kind === 'target' ? reference.target : undefined;
}

/** The suite's committed golden, checked; undefined when its reference is another. */
async function readSuiteGolden({ file, model, cases }: LoadedSuite): Promise<Golden | undefined> {
  if (file.reference.kind !== 'golden') return undefined;
  return readGolden(file.reference.folder, {
    suite: file.name,
    folder: displayFolder(file.folder),
    modelSha256: sha256Of(model),
    cases: cases.map(({ name, inputs }) => ({ name, inputs: inputs.map(hashTensor) })),
  });
}

/** The suite as the plan pins it: every tensor by its hash. */
function pinSuite(suite: LoadedSuite, golden?: Golden): PlannedSuite {
  const { file, model, facts, cases, budgetsText } = suite;
  return {
    name: file.name,
    folder: displayFolder(file.folder),
    model: { ...blobRef(model), path: file.model.path, facts },
    cases: cases.map(({ name, inputs }) => ({ name, inputs: inputs.map(pinTensor) })),
    reference: pinReference(file.reference, golden),
    ...(file.task ? { task: file.task } : {}),
    ...pinPreview(suite),
    ...(file.budgets && budgetsText !== undefined
      ? { budgets: { path: file.budgets, text: budgetsText } }
      : {}),
  };
}

function pinPreview({ file, vocabulary }: LoadedSuite): Pick<PlannedSuite, 'preview'> {
  if (!file.preview) return {};
  const { place: _, vocabulary: _file, ...preview } = file.preview;
  return {
    preview: { ...preview, ...(vocabulary === undefined ? {} : { vocabulary: blobRef(vocabulary) }) },
  };
}

function pinReference(reference: LoadedSuite['file']['reference'], golden?: Golden): PlannedReference {
  if (reference.kind === 'computed') return { kind: 'computed', target: REFERENCE_TARGET };
  if (reference.kind === 'target') return reference;
  if (!golden) throw new Error(`the golden in ${reference.folder} was not read`);
  const cases = golden.cases.map(({ name, outputs }) => ({ case: name, outputs: outputs.map(pinTensor) }));
  return { kind: 'golden', origin: golden.origin, cases };
}

function blobRef(bytes: Uint8Array): BlobRef {
  return { sha256: sha256Of(bytes), bytes: bytes.byteLength };
}

function pinTensor({ name, dtype, shape, data }: Tensor): StoredTensor {
  return { name, dtype, shape, ...blobRef(data) };
}

/** Everything that later stages need the bytes of. */
async function storeSuite(suite: LoadedSuite, golden: Golden | undefined, blobs: BlobStore): Promise<void> {
  const inputs = suite.cases.flatMap((each) => each.inputs);
  const outputs = (golden?.cases ?? []).flatMap((each) => each.outputs);
  await blobs.put(suite.model);
  if (suite.vocabulary !== undefined) await blobs.put(suite.vocabulary);
  for (const { data } of [...inputs, ...outputs]) await blobs.put(data);
}
