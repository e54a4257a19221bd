import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, expect, onTestFinished, test, vi } from 'vitest';
import { devicesCommand } from '../../../harness/cli/commands/devices.ts';

afterEach(() => vi.restoreAllMocks());

const LONG = 'a-device-whose-name-nobody-would-want-to-type-at-a-terminal-more-than-once';
const FLEET = `schema: fleetdiff/devices@1
delegates:
  cpu: {runtime: onnxruntime-node, provider: cpu}
${Array.from({ length: 30 }, (_, n) => `  delegate-${n}: {runtime: onnxruntime-node, provider: cpu}`).join('\n')}
devices:
  - {name: workstation, driver: soc, launch: host, tags: [pr], delegates: [cpu]}
  - {name: cortex-a53, driver: soc, launch: {emulator: qemu-user, arch: aarch64, cpu: cortex-a53}, optional: true, delegates: [cpu]}
${['wide', LONG].map((name) => `  - {name: ${name}, driver: soc, launch: host, delegates: [${Array.from({ length: 30 }, (_, n) => `delegate-${n}`).join(', ')}]}`).join('\n')}
`;

async function devices(...args: string[]): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), 'fleetdiff-devices-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const file = path.join(folder, 'devices.yml');
  await writeFile(file, FLEET);
  const printed: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void printed.push(text));
  await devicesCommand()
    .exitOverride()
    .parseAsync(['--devices', file, ...args], { from: 'user' });
  return printed.join('\n');
}

test('a line a device under a line of heads: what it runs on, delegates, tags', async () => {
  expect(await devices('--tag', 'pr')).toBe(
    ['device       runs on  delegates', 'workstation  host     cpu [pr]'].join('\n'),
  );
  expect(await devices('--only', 'cortex-a53/*')).toContain(
    '\ncortex-a53  emulated cortex-a53  cpu (optional)',
  );
});

test('no line is wider than 80 columns, and no delegate is lost', async () => {
  const text = await devices();
  expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
  expect(text.match(/delegate-29\b/g)).toHaveLength(2);
  expect(text).toMatch(/^a-device.*…\S*once +host +delegate-0,/m);
});
