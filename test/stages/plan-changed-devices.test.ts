import { expect, test } from 'vitest';
import { parseDevices } from '../../harness/config/devices-file.ts';
import { changedDevices } from '../../harness/stages/plan/changed-devices.ts';
import { REFERENCE_DEVICE } from '../../harness/stages/plan/reference-device.ts';
import { selectTargets } from '../../harness/stages/plan/select-targets.ts';

const FLEET = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
  slow: {runtime: onnxruntime-node, provider: cpu, optimization: disabled}
devices:
  - {name: here, driver: soc, launch: host, delegates: [cpu, slow]}
  - {name: board, driver: soc, launch: {ssh: pi@board.lab}, delegates: [cpu]}
`;
const devicesOf = (text: string) => parseDevices(text, 'devices.yml', {}).devices;
// As a plan that was read back has them.
const planned = JSON.parse(
  JSON.stringify([
    ...selectTargets(devicesOf(FLEET), { only: ['here/cpu', 'board/*'], tags: [] }),
    REFERENCE_DEVICE,
  ]),
);

test.for<[name: string, text: string, changed: string[]]>([
  ['nothing', FLEET, []],
  ['lines above', FLEET.replace('delegates:', '# a comment\ndelegates:'), []],
  ['a delegate that was not planned', FLEET.replace('disabled', 'basic'), []],
  ['a destination', FLEET.replace('pi@board.lab', 'pi@other.lab'), ['board']],
  ['a planned delegate', FLEET.replace('provider: cpu}', 'provider: cpu, threads: 2}'), ['here', 'board']],
  ['a name', FLEET.replace('name: here', 'name: there'), ['here']],
])('a change of %s', ([, text, changed]) => {
  expect(changedDevices(planned, devicesOf(text)).map(({ name }) => name)).toEqual(changed);
});
