import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PartStatus } from './part-status.ts';

export type AppiumPartId = 'appium' | 'appium-soc-driver' | 'appium-chromium-driver';

const APPIUM_PARTS: readonly { id: AppiumPartId; usedFor: string }[] = [
  { id: 'appium', usedFor: 'every session' },
  { id: 'appium-soc-driver', usedFor: 'hosts, emulated SoCs, boards' },
  { id: 'appium-chromium-driver', usedFor: 'browsers' },
];

/** Appium and the drivers that fleetdiff brings, found as Node finds packages, wherever npm put them. */
export async function appiumParts(
  resolveFrom: string = import.meta.url,
): Promise<PartStatus<AppiumPartId>[]> {
  const require = createRequire(resolveFrom);
  return Promise.all(APPIUM_PARTS.map(({ id, usedFor }) => packageStatus(require, id, usedFor)));
}

/** Our own driver lies inside fleetdiff: npm links it where Node finds packages in fleetdiff's own working tree alone. */
const OWN_DRIVER = fileURLToPath(new URL('../../harness/appium-soc-driver/package.json', import.meta.url));

function manifestOf(require: NodeJS.Require, id: AppiumPartId): string {
  if (id === 'appium-soc-driver' && existsSync(OWN_DRIVER)) return OWN_DRIVER;
  return require.resolve(`${id}/package.json`);
}

async function packageStatus(
  require: NodeJS.Require,
  id: AppiumPartId,
  usedFor: string,
): Promise<PartStatus<AppiumPartId>> {
  try {
    const manifest = manifestOf(require, id);
    const path = dirname(manifest);
    const { version } = JSON.parse(await readFile(manifest, 'utf8')) as { version?: string };
    const known = typeof version === 'string' ? { version } : {};
    return { id, title: id, status: 'ok', ...known, path, detail: 'an npm package', remedy: [], usedFor };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    const detail = 'the package is not installed';
    return { id, title: id, status: 'missing', detail, remedy: ['npm install'], usedFor };
  }
}
