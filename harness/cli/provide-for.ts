import type { AppiumServer } from '../config/appium-server.ts';
import type { Device } from '../domain/device.ts';
import { checkParts } from '../provision/check-parts.ts';
import { thisMachine } from '../provision/machine.ts';
import type { PartId } from '../provision/parts.ts';
import { partsNeededBy } from '../provision/parts-needed.ts';
import { provideParts } from '../provision/provide-parts.ts';
import { interruptible, PARTS_KEPT } from './interruptible.ts';

/** fleetdiff's own npm dependency: verified, needs no root and goes into .fleetdiff alone, so nobody has to ask for it. */
const UNASKED: readonly PartId[] = ['onnxruntime-node'];

/** Provides every part that the devices need and this machine lacks, as `fleetdiff doctor --fix` does; silent when all is there. */
export async function provideFor(devices: readonly Device[], workFolder: string): Promise<void> {
  await provideMissing(neededBy(devices), workFolder, write);
}

/** The same for what `run` needs of fleetdiff's own, which npm leaves out where a package's install script fails. */
export async function provideRuntimeFor(
  devices: readonly Device[],
  workFolder: string,
  options: { readonly appium?: AppiumServer; readonly quiet?: boolean | undefined } = {},
): Promise<void> {
  // A server elsewhere has parts of its own.
  if (options.appium?.mode === 'url') return;
  const ids = neededBy(devices).filter((id) => UNASKED.includes(id));
  await provideMissing(ids, workFolder, options.quiet ? () => {} : write);
}

function neededBy(devices: readonly Device[]): PartId[] {
  const { arch } = thisMachine();
  return [...new Set(devices.flatMap((device) => partsNeededBy(device, arch)))];
}

async function provideMissing(
  ids: readonly PartId[],
  workFolder: string,
  onProgress: (line: string) => void,
): Promise<void> {
  const missing = (await checkParts(workFolder, ids)).filter(({ status }) => status === 'missing');
  if (missing.length === 0) return;
  const wanted = missing.map(({ id }) => id);
  const parts = await interruptible((signal) => provideParts(workFolder, wanted, onProgress, signal), {
    kept: PARTS_KEPT,
  });
  for (const { title, status, detail } of parts) {
    if (status === 'missing') write(`${title} could not be provided: ${detail.replaceAll('\n', '\n  ')}`);
  }
}

function write(line: string): void {
  process.stderr.write(`${line}\n`);
}
