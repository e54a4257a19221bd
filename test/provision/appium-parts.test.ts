import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appiumParts } from '../../harness/provision/appium-parts.ts';

test('our own driver lies inside fleetdiff, where npm links nothing to it; the others are npm packages', async () => {
  const parts = await appiumParts(join(tmpdir(), 'nothing-installed-here', 'module.js'));
  expect(parts.map(({ id, status }) => [id, status])).toEqual([
    ['appium', 'missing'],
    ['appium-soc-driver', 'ok'],
    ['appium-chromium-driver', 'missing'],
  ]);
  expect(parts[1]?.path).toMatch(/harness.appium-soc-driver$/);
});
