import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { type Device, targetName } from '../../domain/device.ts';
import type { CheckedSide } from '../../domain/model-check.ts';
import type { Plan, PlannedCapture } from '../../domain/run-files.ts';
import type { BlobRef } from '../../domain/tensor.ts';
import { UserError } from '../../domain/user-error.ts';
import { suiteInputsSha256 } from '../../formats/golden-file.ts';
import { openBlobStore } from '../../store/blob-store.ts';
import { openRunLog } from '../../store/log.ts';
import { readPlan, writeCapture } from '../../store/run-files.ts';
import { type RunFolder, runPaths } from '../../store/run-folder.ts';
import { type CapturedCapture, readDeliveries } from '../deliveries.ts';

/** Runs that are looked through, newest first. */
const MOST_RUNS = 200;

interface Found {
  readonly run: RunFolder;
  readonly plan: Plan;
  readonly device: Device;
  readonly capture: CapturedCapture;
}

export interface ReuseOptions {
  /** Planned, and nothing captured yet. */
  readonly base: { readonly run: RunFolder; readonly plan: Plan };
  /** Captured just now: what it says of the devices is what they are today. */
  readonly head: { readonly run: RunFolder; readonly plan: Plan };
  /** The folder of run folders. */
  readonly reports: string;
  readonly clock: () => Date;
}

/**
 * Takes captures into the base run from runs that hold them already. A capture is taken when model, inputs, repeats and delegate are
 * the planned ones, and everything else that its bytes depend on (device, driver, runtime, agent, harness) is what head's capture
 * on the same machine says today. Its day stays what it was.
 */
export async function reuseCaptures(options: ReuseOptions): Promise<CheckedSide['reused']> {
  const { base, head, reports, clock } = options;
  const today = await foundIn(head);
  const wanted = base.plan.suites[0]!;
  const inputsSha256 = suiteInputsSha256(wanted.cases);
  const reused: { target: string; run: string }[] = [];
  let open = base.plan.captures.filter((planned) => today.some((each) => isToday(base.plan, planned, each)));
  for (const run of [head.run, ...(await runsBelow(reports))]) {
    if (open.length === 0) break;
    if (run.root === base.run.root) continue;
    const donors = (await foundIn({ run })).filter(
      ({ plan, capture }) =>
        plan.repeats === base.plan.repeats &&
        capture.provenance.modelSha256 === wanted.model.sha256 &&
        capture.provenance.inputsSha256 === inputsSha256,
    );
    if (donors.length === 0) continue;
    const left: PlannedCapture[] = [];
    for (const planned of open) {
      const now = today.filter((each) => isToday(base.plan, planned, each));
      const donor = donors.find((each) => now.some((other) => isSameMachine(each, other)));
      if (donor !== undefined && (await take(base, planned, donor)))
        reused.push({ target: planned.target, run: donor.plan.run });
      else left.push(planned);
    }
    open = left;
  }
  openRunLog(base.run, clock)('reused', { captures: reused });
  return reused;
}

/** Every whole capture of a run; none where the run cannot be read. */
async function foundIn(from: { readonly run: RunFolder; readonly plan?: Plan }): Promise<readonly Found[]> {
  try {
    const { run } = from;
    const plan = from.plan ?? (await readPlan(run));
    const deliveries = await readDeliveries(run, plan);
    return deliveries.flatMap((delivery): Found[] => {
      const device = deviceOf(plan, delivery.planned.target);
      return delivery.status === 'captured' && device !== undefined
        ? [{ run, plan, device, capture: delivery.capture }]
        : [];
    });
  } catch (error) {
    if (error instanceof UserError) return [];
    throw error;
  }
}

function deviceOf({ devices }: Plan, target: string): Device | undefined {
  return devices.find(({ name, delegates }) =>
    delegates.some((delegate) => targetName(name, delegate.name) === target),
  );
}

function delegateOf(device: Device, target: string) {
  return device.delegates.find(({ name }) => targetName(device.name, name) === target);
}

/** Reached and asked alike: devices of other names may be the same machine, as `reference` and `workstation` are. */
function machineOf({ driver, launch, capabilities }: Device) {
  return { driver, launch, capabilities };
}

function isToday(plan: Plan, planned: PlannedCapture, now: Found): boolean {
  const device = deviceOf(plan, planned.target);
  return (
    device !== undefined &&
    isDeepStrictEqual(json(machineOf(device)), json(machineOf(now.device))) &&
    isDeepStrictEqual(json(delegateOf(device, planned.target)), json(now.capture.provenance.delegate))
  );
}

function isSameMachine(donor: Found, now: Found): boolean {
  const environment = ({ capture: { provenance } }: Found) => {
    const { modelSha256: _model, inputsSha256: _inputs, ...rest } = provenance;
    return json(rest);
  };
  return (
    isDeepStrictEqual(json(machineOf(donor.device)), json(machineOf(now.device))) &&
    isDeepStrictEqual(environment(donor), environment(now))
  );
}

/** As a file spells it: what is undefined is not there. */
function json(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** False where a blob is missing or damaged: then nothing is taken. */
async function take(base: ReuseOptions['base'], planned: PlannedCapture, donor: Found): Promise<boolean> {
  const from = openBlobStore(runPaths.blobs(donor.run));
  const to = openBlobStore(runPaths.blobs(base.run));
  const outputs = donor.capture.cases.flatMap(({ repeats }) => repeats.flat());
  for (const ref of new Map(outputs.map((each) => [each.sha256, each as BlobRef])).values()) {
    if (await to.has(ref.sha256)) continue;
    try {
      await to.write(ref.sha256, createReadStream(await from.locate(ref)));
    } catch (error) {
      if (error instanceof UserError) return false;
      throw error;
    }
  }
  const { suite, target } = planned;
  await writeCapture(base.run, { ...donor.capture, suite, target, planHash: base.plan.planHash });
  return true;
}

/** Runs, and those of checks beside them; newest first by name. */
async function runsBelow(reports: string): Promise<readonly RunFolder[]> {
  const entries = await readdir(reports, { withFileTypes: true }).catch(() => []);
  const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  return names
    .sort()
    .reverse()
    .slice(0, MOST_RUNS)
    .flatMap((name) => [{ root: path.join(reports, name) }, { root: path.join(reports, name, 'base') }]);
}
