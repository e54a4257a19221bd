import { expect, test } from 'vitest';
import { nearestName } from '../../harness/appium-soc-driver/src/nearest-name.ts';

const CPUS = ['cortex-a53', 'cortex-a76', 'neoverse-v1', 'Haswell', 'max'];
test.for([
  ['haswell', 'Haswell'],
  ['cortexa53', 'cortex-a53'],
  ['neoverse-v2', 'neoverse-v1'],
  ['apple-m1', undefined],
  ['', undefined],
] as const)('%s means %s', ([wrong, name]) => {
  expect(nearestName(wrong, CPUS)).toBe(name);
});
