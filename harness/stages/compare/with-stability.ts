import type { Determinism, Plan } from '../../domain/run-files.ts';
import type { Stability } from '../../domain/stability.ts';
import { openBlobStore } from '../../store/blob-store.ts';
import { readStability, writeDeterminism } from '../../store/run-files.ts';
import { type RunFolder, runPaths } from '../../store/run-folder.ts';
import type { Delivery } from '../deliveries.ts';
import { measureDeterminism, type TargetDeterminism } from './measure-determinism.ts';
import { openPairLedger } from './pair-ledger.ts';

/** What `localize --stability` found, of this plan alone: another plan's models and delegates are others. */
export async function readStabilities(run: RunFolder, plan: Plan): Promise<readonly Stability[]> {
  const found = await Promise.all(
    plan.captures.map(({ target, suite }) => readStability(run, target, suite)),
  );
  return found.filter((each) => each !== undefined).filter(({ planHash }) => planHash === plan.planHash);
}

export function withStability(
  measured: TargetDeterminism,
  stabilities: readonly Stability[],
): TargetDeterminism {
  const own = stabilities.find(({ suite, target }) => suite === measured.suite && target === measured.target);
  return own ? { ...measured, factors: own.factors, attributed: own.attributed } : measured;
}

/** determinism.json anew, and no other file: comparisons stay as they were judged. */
export async function refreshDeterminism(
  run: RunFolder,
  plan: Plan,
  deliveries: readonly Delivery[],
): Promise<Determinism> {
  const stabilities = await readStabilities(run, plan);
  const { noise } = openPairLedger(openBlobStore(runPaths.blobs(run)));
  const targets: TargetDeterminism[] = [];
  for (const suite of plan.suites) {
    for (const delivery of deliveries) {
      const { planned } = delivery;
      if (delivery.status !== 'captured' || planned.suite !== suite.name || planned.role !== 'candidate')
        continue;
      targets.push(withStability(await measureDeterminism(suite, delivery.capture, noise), stabilities));
    }
  }
  const determinism: Determinism = { schemaVersion: 1, kind: 'determinism', targets };
  await writeDeterminism(run, determinism);
  return determinism;
}
