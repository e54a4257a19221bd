import { existsSync } from 'node:fs';
import type { ModelCheck } from '../domain/model-check.ts';
import type { Plan, PlannedCapture, VerdictSummary, Verdicts } from '../domain/run-files.ts';
import { targetVerdicts } from '../domain/target-verdicts.ts';
import { UserError } from '../domain/user-error.ts';
import type { Coverage, Overview } from '../report/overview.ts';
import { overviewOf } from '../report/overview.ts';
import type { ReportInput } from '../report/report-input.ts';
import { pairKey } from '../report/suite-targets.ts';
import { readCheck } from '../store/check-file.ts';
import { readCapture, readPlan, readVerdicts } from '../store/run-files.ts';
import { type RunFolder, runPaths } from '../store/run-folder.ts';
import type { FoundRun } from './run-source.ts';

/** What the list says of a run; also an element of /runs.json. */
export interface RunEntry {
  readonly id: string;
  /** `unjudged`: no verdicts yet; it is at work, or was interrupted. */
  readonly outcome: Overview['outcome'] | 'unjudged' | 'damaged';
  /** The verdict in a sentence; of a damaged run what is wrong with it. */
  readonly verdict: string;
  readonly createdAt?: string;
  readonly suites: readonly string[];
  readonly targets: readonly string[];
  readonly coverage?: Coverage;
  readonly summary?: VerdictSummary;
  /** From the plan to the verdict, on the harness' clock. */
  readonly durationMs?: number;
  /** Of the files that the list links, those that are there. */
  readonly files: readonly string[];
}

/** In the order of the links. */
const LINKED_FILES = ['report.html', 'summary.md', 'junit.xml', 'divergence.csv', 'findings.sarif'] as const;

/** Reads a run's plan and verdicts; what is wrong with them is an entry too. */
export async function readRunEntry({ id, root, files }: FoundRun): Promise<RunEntry> {
  const run: RunFolder = { root };
  const linked = LINKED_FILES.filter((name) => files.includes(name));
  try {
    const plan = await readPlan(run);
    const head = {
      id,
      createdAt: plan.createdAt,
      suites: plan.suites.map(({ name }) => name),
      targets: [...new Set(plan.captures.map(({ target }) => target))],
      files: linked,
    };
    if (!files.includes('verdicts.json')) return { ...head, ...unjudged(run, plan) };
    const verdicts = await readVerdicts(run);
    const { outcome, sentence } = overviewWithoutNumbers(run, plan, verdicts, await readCheck(run));
    const durationMs = Date.parse(verdicts.judgedAt) - Date.parse(plan.createdAt);
    return {
      ...head,
      outcome,
      verdict: sentence,
      coverage: await coverageOf(run, plan, verdicts),
      summary: verdicts.summary,
      ...(durationMs >= 0 ? { durationMs } : {}),
    };
  } catch (error) {
    // One run that nobody foresaw must not hide the others.
    const { message } = error as Error;
    const verdict =
      error instanceof UserError ? `${message} (${error.code})` : `It cannot be read: ${message}`;
    return { id, outcome: 'damaged', verdict, suites: [], targets: [], files: linked };
  }
}

/** The sentence follows from the verdicts alone; the numbers behind them are not read for a list. */
function overviewWithoutNumbers(
  folder: RunFolder,
  plan: Plan,
  verdicts: Verdicts,
  check: ModelCheck | undefined,
): Overview {
  const { run } = plan;
  const captured = plan.captures.filter((planned) => isDelivered(folder, planned)).map(pairKey);
  const input: ReportInput = {
    plan,
    verdicts,
    captures: [],
    comparisons: { schemaVersion: 1, kind: 'comparisons', run, comparisons: [] },
    equivalence: { schemaVersion: 1, kind: 'equivalence', suites: [] },
    determinism: { schemaVersion: 1, kind: 'determinism', targets: [] },
    ...(check === undefined ? {} : { check }),
  };
  return overviewOf(input, { captured: new Set(captured), isCompared: true });
}

function unjudged(run: RunFolder, plan: Plan): Pick<RunEntry, 'outcome' | 'verdict'> {
  const { captures } = plan;
  const delivered = captures.filter((planned) => isDelivered(run, planned)).length;
  return {
    outcome: 'unjudged',
    verdict: `Not judged: ${delivered} of ${captures.length} captures are there`,
  };
}

function isDelivered(run: RunFolder, { target, suite }: PlannedCapture): boolean {
  return existsSync(runPaths.capture(run, target, suite));
}

async function coverageOf(run: RunFolder, plan: Plan, verdicts: Verdicts): Promise<Coverage> {
  const told = new Map(
    targetVerdicts(verdicts)
      .flatMap(({ open }) => open)
      .filter(({ metric }) => metric === 'capture')
      .map((verdict) => [pairKey(verdict), verdict.status]),
  );
  const states = await Promise.all(
    plan.captures.map(async (planned) => {
      if (planned.role === 'reference') return referenceState(run, planned);
      const status = told.get(pairKey(planned));
      if (status === 'SKIPPED') return 'skipped';
      if (!isDelivered(run, planned)) return 'missing';
      return status === undefined ? 'captured' : 'failed';
    }),
  );
  const having = (state: (typeof states)[number]) => states.filter((own) => own === state).length;
  return {
    planned: states.length,
    captured: having('captured'),
    failed: having('failed'),
    skipped: having('skipped'),
    missing: having('missing'),
  };
}

/** A reference is judged by nobody: its own file says what became of it. */
async function referenceState(run: RunFolder, { target, suite }: PlannedCapture) {
  const capture = await readCapture(run, target, suite);
  return capture === undefined ? 'missing' : capture.status;
}
