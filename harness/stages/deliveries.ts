import { isDeepStrictEqual } from 'node:util';
import { inLanes } from '../comparison/in-lanes.ts';
import { type Delegate, type TargetName, targetName } from '../domain/device.ts';
import type { Capture, Plan, PlannedCapture } from '../domain/run-files.ts';
import type { PlannedSuite } from '../domain/suite.ts';
import type { StoredTensor } from '../domain/tensor.ts';
import { UserError } from '../domain/user-error.ts';
import { suiteInputsSha256 } from '../formats/golden-file.ts';
import { type KnownParts, knownParts } from '../store/capture-file.ts';
import { readCapture } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';
import { hashPlan } from './plan/hash-plan.ts';

export type CapturedCapture = Extract<Capture, { status: 'captured' }>;

/** What became of one capture that the plan asked for. */
export type Delivery =
  | { readonly planned: PlannedCapture; readonly status: 'captured'; readonly capture: CapturedCapture }
  | {
      readonly planned: PlannedCapture;
      readonly status: 'skipped';
      readonly reason: string;
      readonly remedy: string;
    }
  | { readonly planned: PlannedCapture; readonly status: 'absent'; readonly reason: string };

/** What a capture must say of itself to be one of this plan's. */
interface Ledger {
  readonly plan: Plan;
  /** plan.json is as it was made: it hashes to its own planHash. */
  readonly isPlanWhole: boolean;
  readonly suites: ReadonlyMap<string, PlannedSuite & { readonly inputsSha256: string }>;
  readonly delegates: ReadonlyMap<TargetName, Delegate>;
  readonly known: KnownParts;
}

/** Captures that are read at a time: each holds a file open, and its bytes. */
const LANES = 16;

/**
 * One delivery for every planned capture, in the plan's order. A file that is missing, damaged, of another target or of
 * another plan is an absent capture: it costs its own target a verdict, and no other. Under a plan that has changed since it
 * was made every capture is absent.
 * @param wanted some of the plan's captures; unless told, all
 */
export function readDeliveries(
  run: RunFolder,
  plan: Plan,
  wanted: readonly PlannedCapture[] = plan.captures,
): Promise<readonly Delivery[]> {
  const ledger: Ledger = {
    plan,
    isPlanWhole: hashPlan(plan) === plan.planHash,
    suites: new Map(
      plan.suites.map((suite) => [suite.name, { ...suite, inputsSha256: suiteInputsSha256(suite.cases) }]),
    ),
    delegates: new Map(
      plan.devices.flatMap((device) =>
        device.delegates.map((delegate) => [targetName(device.name, delegate.name), delegate] as const),
      ),
    ),
    known: knownParts(),
  };
  return inLanes(wanted, LANES, (planned) => readDelivery(run, ledger, planned));
}

/** Of some planned captures those that can be read at all, failed and skipped ones among them. */
export async function readableCaptures(
  run: RunFolder,
  planned: readonly PlannedCapture[],
): Promise<readonly Capture[]> {
  const known: KnownParts = knownParts();
  const captures = await inLanes(planned, LANES, async ({ target, suite }) => {
    try {
      return await readCapture(run, target, suite, known);
    } catch (error) {
      // The verdict on it says what is wrong with the file.
      if (error instanceof UserError) return undefined;
      throw error;
    }
  });
  return captures.filter((capture) => capture !== undefined);
}

async function readDelivery(run: RunFolder, ledger: Ledger, planned: PlannedCapture): Promise<Delivery> {
  const absent = (reason: string): Delivery => ({ planned, status: 'absent', reason });
  let capture: Capture | undefined;
  try {
    capture = await readCapture(run, planned.target, planned.suite, ledger.known);
  } catch (error) {
    if (error instanceof UserError) return absent(`its file cannot be read: ${error.message}`);
    throw error;
  }
  if (!capture) return absent('the plan asks for it and nothing was delivered');
  if (capture.target !== planned.target || capture.suite !== planned.suite) {
    return absent(`its file holds another capture: ${capture.suite} on ${capture.target}`);
  }
  if (!ledger.isPlanWhole)
    return absent('plan.json has changed since it was made: it is not the plan captured');
  if (capture.planHash !== ledger.plan.planHash) return absent('it was captured under another plan');
  if (capture.status === 'failed') return absent(capture.reason);
  if (capture.status === 'skipped') {
    return { planned, status: 'skipped', reason: capture.reason, remedy: capture.remedy };
  }
  const incomplete = whyAnother(ledger, capture) ?? whyIncomplete(ledger, capture);
  return incomplete ? absent(incomplete) : { planned, status: 'captured', capture };
}

/** A capture says what it was made from: the plan's model, inputs and delegate, and no others. */
function whyAnother(
  { suites, delegates }: Ledger,
  { suite, target, provenance }: CapturedCapture,
): string | undefined {
  const planned = suites.get(suite);
  if (provenance.modelSha256 !== planned?.model.sha256) return 'it was captured with another model';
  if (provenance.inputsSha256 !== planned.inputsSha256) return 'it was captured with other inputs';
  const isSame = isDeepStrictEqual(provenance.delegate, delegates.get(target));
  return isSame ? undefined : 'it was captured with other options of the delegate';
}

/** A capture holds every case of the plan once, with every repeat: two repeats of three are no capture. */
function whyIncomplete({ plan, suites }: Ledger, capture: CapturedCapture): string | undefined {
  const expected = suites.get(capture.suite)?.cases.map(({ name }) => name) ?? [];
  const found = capture.cases.map((entry) => entry.case);
  if (found.length !== expected.length || expected.some((name, index) => name !== found[index])) {
    return `it does not hold the plan's ${expected.length} cases, each once and in order; it holds ${found.length}`;
  }
  for (const { case: name, repeats } of capture.cases) {
    const twice = repeats.map(nameGivenTwice).find((output) => output !== undefined);
    if (twice !== undefined) return `case ${name} holds two outputs named "${twice}"`;
  }
  const short = capture.cases.find(({ repeats }) => repeats.length !== plan.repeats);
  return short && `case ${short.case} has ${short.repeats.length} repeats; the plan asks for ${plan.repeats}`;
}

function nameGivenTwice(outputs: readonly StoredTensor[]): string | undefined {
  const names = outputs.map(({ name }) => name);
  return names.find((name, index) => names.indexOf(name) !== index);
}
