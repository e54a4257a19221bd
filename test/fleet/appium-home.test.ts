import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { writeAppiumHome } from '../../harness/fleet/appium-home.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-home-'));
});
afterAll(() => rm(folder, { recursive: true }));

test('names both drivers by absolute path in the manifest that Appium reads', async () => {
  const home = await writeAppiumHome(folder);
  expect(home.folder).toBe(folder);
  expect(home.drivers.map(({ name }) => name)).toEqual(['soc', 'chromium']);
  const manifest = parse(
    await readFile(path.join(folder, 'node_modules/.cache/appium/extensions.yaml'), 'utf8'),
  );
  expect(manifest.plugins).toEqual({});
  expect(manifest.drivers).toMatchObject({
    soc: { pkgName: 'appium-soc-driver', automationName: 'Soc', mainClass: 'SocDriver' },
    chromium: { pkgName: 'appium-chromium-driver', automationName: 'chromium', mainClass: 'ChromiumDriver' },
  });
  for (const driver of Object.values<Record<string, string>>(manifest.drivers)) {
    expect(path.isAbsolute(driver.installPath!)).toBe(true);
    const { name, version } = JSON.parse(
      await readFile(path.join(driver.installPath!, 'package.json'), 'utf8'),
    );
    expect({ name, version }).toEqual({ name: driver.pkgName, version: driver.version });
    // Without a range Appium would ask the registry for updates at every start.
    expect(driver.appiumVersion).toMatch(/^\^3/);
  }
});

test('has the schema revision of the installed Appium', async () => {
  const { schemaRev } = parse(
    await readFile(path.join(folder, 'node_modules/.cache/appium/extensions.yaml'), 'utf8'),
  );
  const constants = path.resolve(import.meta.dirname, '../../node_modules/appium/build/lib/constants.js');
  expect(await readFile(constants, 'utf8')).toContain(`CURRENT_SCHEMA_REV = ${schemaRev};`);
});

test('writes the same again, and nothing else', async () => {
  await writeAppiumHome(folder);
  expect(await readdir(folder)).toEqual(['node_modules']);
  expect(existsSync(path.join(folder, 'package.json'))).toBe(false);
});
