import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { stringify } from 'yaml';
import type { DriverName } from '../domain/device.ts';
import { UserError } from '../domain/user-error.ts';
import { packageRoot } from './compiled-file.ts';

/** An Appium driver that npm installed with fleetdiff. */
export interface InstalledDriver {
  readonly name: DriverName;
  readonly version: string;
  readonly installPath: string;
}

export interface AppiumHome {
  readonly folder: string;
  readonly drivers: readonly InstalledDriver[];
}

interface DriverPackage {
  readonly name: string;
  readonly version: string;
  readonly peerDependencies?: { readonly appium?: string };
  readonly appium: { readonly driverName: string };
}

const PACKAGES: Readonly<Record<DriverName, string>> = {
  soc: 'appium-soc-driver',
  chromium: 'appium-chromium-driver',
};
/** What Appium 3.8 writes itself (`CURRENT_SCHEMA_REV`); an older number would make it migrate the file. */
const SCHEMA_REV = 4;

/**
 * Writes an APPIUM_HOME into `folder` whose manifest names fleetdiff's drivers by absolute path, wherever npm put them. So
 * Appium neither searches a project for drivers, nor writes to one.
 * @throws UserError E_APPIUM_DRIVER_MISSING
 */
export async function writeAppiumHome(folder: string): Promise<AppiumHome> {
  const drivers: Record<string, unknown> = {};
  const installed: InstalledDriver[] = [];
  for (const name of Object.keys(PACKAGES) as DriverName[]) {
    const installPath = locateDriver(name);
    const manifest = JSON.parse(
      await readFile(path.join(installPath, 'package.json'), 'utf8'),
    ) as DriverPackage;
    const { driverName, ...meta } = manifest.appium;
    drivers[driverName] = {
      ...meta,
      pkgName: manifest.name,
      version: manifest.version,
      appiumVersion: manifest.peerDependencies?.appium,
      installType: 'local',
      installSpec: installPath,
      installPath,
    };
    installed.push({ name, version: manifest.version, installPath });
  }
  const cache = path.join(folder, 'node_modules', '.cache', 'appium');
  await mkdir(cache, { recursive: true });
  const manifest = stringify({ drivers, plugins: {}, schemaRev: SCHEMA_REV });
  await writeFile(path.join(cache, 'extensions.yaml'), manifest);
  return { folder, drivers: installed };
}

/**
 * Folder of a driver's package. The soc driver lies inside fleetdiff; npm links it into node_modules only in fleetdiff's
 * own working tree, not where fleetdiff is installed from its tarball.
 */
function locateDriver(name: DriverName): string {
  const own = path.join(packageRoot(), 'harness', PACKAGES[name]);
  if (existsSync(path.join(own, 'package.json'))) return own;
  try {
    const require = createRequire(path.join(packageRoot(), 'package.json'));
    return path.dirname(require.resolve(`${PACKAGES[name]}/package.json`));
  } catch (error) {
    throw new UserError(
      'E_APPIUM_DRIVER_MISSING',
      `The Appium driver "${name}" (${PACKAGES[name]}) is not installed.`,
      {
        place: { file: path.join(packageRoot(), 'package.json') },
        remedies: ['npm ci', `the resolver said: ${(error as Error).message.split('\n')[0]}`],
      },
    );
  }
}
