import { expect, test } from 'vitest';
import type { Arch, Delegate, Device, Launch } from '../../harness/domain/device.ts';
import { partsNeededBy } from '../../harness/provision/parts-needed.ts';

const delegate = (provider: string, runtime: Delegate['runtime'] = 'onnxruntime-node'): Delegate => ({
  name: provider,
  runtime,
  provider,
  threads: 1,
  optimization: 'all',
  sessionConfig: {},
  env: {},
});

const device = (over: Partial<Device>): Device => ({
  name: 'd',
  driver: 'soc',
  soc: 's',
  tags: [],
  optional: false,
  delegates: [delegate('cpu')],
  capabilities: {},
  place: { file: 'devices.yml', line: 1 },
  ...over,
});

const emulated = (arch: Arch): Launch => ({ kind: 'emulator', emulator: 'qemu-user', arch, cpu: 'max' });

test.for<[string, Device, Arch, string[]]>([
  ['the host', device({ launch: { kind: 'host' } }), 'x86_64', ['onnxruntime-node']],
  ['the host without a launch', device({}), 'aarch64', ['onnxruntime-node']],
  [
    'the host with webgpu',
    device({ delegates: [delegate('cpu'), delegate('webgpu')] }),
    'x86_64',
    ['onnxruntime-node', 'chromium'],
  ],
  ['x86-64 on x86-64', device({ launch: emulated('x86_64') }), 'x86_64', ['onnxruntime-node', 'qemu-user']],
  [
    'arm64 on x86-64',
    device({ launch: emulated('aarch64') }),
    'x86_64',
    ['onnxruntime-node', 'qemu-user', 'sysroot-aarch64', 'node-aarch64'],
  ],
  ['arm64 on arm64', device({ launch: emulated('aarch64') }), 'aarch64', ['onnxruntime-node', 'qemu-user']],
  [
    'x86-64 on arm64',
    device({ launch: emulated('x86_64') }),
    'aarch64',
    ['onnxruntime-node', 'qemu-user', 'sysroot-x86_64', 'node-x86_64'],
  ],
  [
    'a board over SSH',
    device({ launch: { kind: 'ssh', destination: 'pi@pi5' } }),
    'x86_64',
    ['onnxruntime-node', 'ssh'],
  ],
  [
    'a browser',
    device({ driver: 'chromium', delegates: [delegate('wasm', 'onnxruntime-web')] }),
    'x86_64',
    ['chromium', 'chromedriver'],
  ],
])('%s', ([, wanted, hostArch, parts]) => {
  expect(partsNeededBy(wanted, hostArch)).toEqual(parts);
});

test('one delegate of a device needs less than the device', () => {
  const workstation = device({ delegates: [delegate('cpu'), delegate('webgpu')] });
  expect(partsNeededBy(workstation, 'x86_64', delegate('cpu'))).toEqual(['onnxruntime-node']);
  expect(partsNeededBy(workstation, 'x86_64', delegate('webgpu'))).toEqual(['onnxruntime-node', 'chromium']);
});
