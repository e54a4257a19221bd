import type { Capture, Plan, PlannedCapture } from '../domain/run-files.ts';
import { UserError } from '../domain/user-error.ts';
import { readCapture } from '../store/run-files.ts';
import type { RunFolder } from '../store/run-folder.ts';

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

/**
 * One delivery for every planned capture, in the plan's order. A file that is missing, damaged, of another target or of
 * another plan is an absent capture: it costs its own target a verdict, and no other.
 */
export function readDeliveries(run: RunFolder, plan: Plan): Promise<readonly Delivery[]> {
  return Promise.all(plan.captures.map((planned) => readDelivery(run, plan, planned)));
}

/** The captures that can be read at all, failed and skipped ones among them, for the report to show. */
export async function readableCaptures(run: RunFolder, plan: Plan): Promise<readonly Capture[]> {
  const captures = await Promise.all(
    plan.captures.map(async ({ target, suite }) => {
      try {
        return await readCapture(run, target, suite);
      } catch (error) {
        // The verdict on it says what is wrong with the file.
        if (error instanceof UserError) return undefined;
        throw error;
      }
    }),
  );
  return captures.filter((capture) => capture !== undefined);
}

async function readDelivery(run: RunFolder, plan: Plan, planned: PlannedCapture): Promise<Delivery> {
  const absent = (reason: string): Delivery => ({ planned, status: 'absent', reason });
  let capture: Capture | undefined;
  try {
    capture = await readCapture(run, planned.target, planned.suite);
  } catch (error) {
    if (error instanceof UserError) return absent(`its file cannot be read: ${error.message}`);
    throw error;
  }
  if (!capture) return absent('the plan asks for it and nothing was delivered');
  if (capture.target !== planned.target || capture.suite !== planned.suite) {
    return absent(`its file holds another capture: ${capture.suite} on ${capture.target}`);
  }
  if (capture.planHash !== plan.planHash) return absent('it was captured under another plan');
  if (capture.status === 'failed') return absent(capture.reason);
  if (capture.status === 'skipped') {
    return { planned, status: 'skipped', reason: capture.reason, remedy: capture.remedy };
  }
  const incomplete = whyIncomplete(plan, capture);
  return incomplete ? absent(incomplete) : { planned, status: 'captured', capture };
}

/** A capture holds every case of the plan once, with every repeat: two repeats of three are no capture. */
function whyIncomplete(plan: Plan, capture: CapturedCapture): string | undefined {
  const suite = plan.suites.find(({ name }) => name === capture.suite);
  const expected = suite?.cases.map(({ name }) => name) ?? [];
  const found = capture.cases.map((entry) => entry.case);
  if (found.length !== expected.length || expected.some((name, index) => name !== found[index])) {
    return `it does not hold the plan's ${expected.length} cases, each once and in order; it holds ${found.length}`;
  }
  const short = capture.cases.find(({ repeats }) => repeats.length !== plan.repeats);
  return short && `case ${short.case} has ${short.repeats.length} repeats; the plan asks for ${plan.repeats}`;
}
