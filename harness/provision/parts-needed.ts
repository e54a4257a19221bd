import type { Arch, Delegate, Device } from '../domain/device.ts';
import type { PartId } from './parts.ts';

/**
 * Parts without which a device cannot answer from a host of `hostArch`.
 * With `delegate`, only those that this target needs: a device may miss a part that one of its delegates alone asks for.
 */
export function partsNeededBy(device: Device, hostArch: Arch, delegate?: Delegate): PartId[] {
  if (device.driver === 'chromium') return ['chromium', 'chromedriver'];
  const delegates = delegate === undefined ? device.delegates : [delegate];
  const isNode = delegates.some(({ runtime }) => runtime === 'onnxruntime-node');
  return [
    ...(isNode ? (['onnxruntime-node'] as const) : []),
    ...launchParts(device, hostArch),
    ...delegates.flatMap((each) => delegateParts(device, each)),
  ].filter((id, index, ids) => ids.indexOf(id) === index);
}

function launchParts(device: Device, hostArch: Arch): PartId[] {
  const { launch } = device;
  if (launch === undefined || launch.kind === 'host') return [];
  if (launch.kind === 'ssh') return ['ssh'];
  if (launch.arch === hostArch) return ['qemu-user'];
  return ['qemu-user', `sysroot-${launch.arch}`, `node-${launch.arch}`];
}

/** onnxruntime-node's WebGPU computes on the Vulkan driver that Chromium's package brings. */
function delegateParts(device: Device, delegate: Delegate): PartId[] {
  const isHost = (device.launch?.kind ?? 'host') === 'host';
  return isHost && delegate.runtime === 'onnxruntime-node' && delegate.provider === 'webgpu'
    ? ['chromium']
    : [];
}
