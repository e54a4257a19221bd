import { type Device, targetName } from '../../domain/device.ts';

/** What `reference: {kind: computed}` means: onnxruntime-node's CPU provider on this host, graph optimization disabled. */
export const REFERENCE_DEVICE: Device = {
  name: 'reference',
  driver: 'soc',
  launch: { kind: 'host' },
  soc: 'host',
  tags: [],
  optional: false,
  delegates: [
    {
      name: 'cpu-noopt',
      runtime: 'onnxruntime-node',
      provider: 'cpu',
      threads: 1,
      optimization: 'disabled',
      sessionConfig: {},
      env: {},
    },
  ],
  capabilities: {},
  place: { file: 'built-in' },
};

export const REFERENCE_TARGET = targetName(REFERENCE_DEVICE.name, 'cpu-noopt');
