import type { Plan } from '../domain/run-files.ts';
import { checkParts } from '../provision/check-parts.ts';
import { thisMachine } from '../provision/machine.ts';
import { partsNeededBy } from '../provision/parts-needed.ts';
import { provideParts } from '../provision/provide-parts.ts';
import { interruptible } from './interruptible.ts';

/** Provides what the plan's devices need and this machine lacks, as `fleetdiff doctor --fix` does; says nothing when all is there. */
export async function provideFor(plan: Plan, workFolder: string): Promise<void> {
  const { arch } = thisMachine();
  const ids = [...new Set(plan.devices.flatMap((device) => partsNeededBy(device, arch)))];
  const missing = (await checkParts(workFolder, ids)).filter(({ status }) => status === 'missing');
  if (missing.length === 0) return;
  await interruptible((signal) =>
    provideParts(
      workFolder,
      missing.map(({ id }) => id),
      (line) => process.stderr.write(`${line}\n`),
      signal,
    ),
  );
}
