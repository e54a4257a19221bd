import path from 'node:path';
import { Command } from 'commander';
import { readDevicesFile } from '../../config/devices-file.ts';
import type { Device } from '../../domain/device.ts';
import { visible } from '../../report/escape.ts';
import { type ProbedDevice, probeDevices } from '../../stages/capture/probe-devices.ts';
import { selectTargets } from '../../stages/plan/select-targets.ts';
import { EXIT } from '../exit-code.ts';
import { addFleetOptions, type FleetOptions, selectionOf } from '../fleet-options.ts';
import { interruptible } from '../interruptible.ts';
import { provideRuntimeFor } from '../provide-for.ts';

export function devicesCommand(): Command {
  const command = new Command('devices')
    .description('List the fleet; --probe opens a session to each device and shows what answers.')
    .option('--probe', 'open a session to each device')
    .option('--json', 'print the fleet as JSON')
    .addHelpText('after', "\nExample:\n  fleetdiff devices --probe --only 'cortex-*/*'")
    .action(async (options: FleetOptions & { probe?: boolean; json?: boolean }) => {
      const fleet = await readDevicesFile(options.devices, process.env);
      const devices = selectTargets(fleet.devices, selectionOf(options));
      if (!options.probe) {
        if (options.json) printJson(devices);
        else for (const device of devices) console.log(visible(formatDevice(device)));
        return;
      }
      const workFolder = process.cwd();
      await provideRuntimeFor(devices, workFolder, { appium: fleet.appium });
      const probed = await interruptible(
        (signal) =>
          probeDevices(devices, {
            appium: fleet.appium,
            workFolder,
            scratchFolder: path.join(workFolder, '.fleetdiff'),
            signal,
            onProbed: (each) => {
              if (!options.json) console.log(formatProbed(each).map(visible).join('\n'));
            },
          }),
        { endedEarly: (answers) => answers.length < devices.length },
      );
      if (options.json) printJson(probed);
      if (probed.some(({ status }) => status === 'failed')) process.exitCode = EXIT.incomplete;
    });
  return addFleetOptions(command);
}

function printJson(devices: readonly (Device | ProbedDevice)[]): void {
  console.log(JSON.stringify({ schemaVersion: 1, kind: 'devices', devices }, null, 1));
}

function formatDevice(device: Device): string {
  const launch =
    device.launch?.kind === 'emulator' ? `emulated ${device.launch.cpu}` : (device.launch?.kind ?? 'browser');
  const tags = device.tags.length > 0 ? `  [${device.tags.join(' ')}]` : '';
  const delegates = device.delegates.map(({ name }) => name).join(', ');
  return `${device.name.padEnd(16)}${launch.padEnd(24)}${delegates}${device.optional ? '  (optional)' : ''}${tags}`;
}

function formatProbed(probed: ProbedDevice): string[] {
  if (probed.status !== 'answered')
    return [`${probed.device.padEnd(16)}${probed.status.toUpperCase()}  ${probed.reason}`];
  const { device, providers } = probed.probe;
  const { soc, os, runtime, host, emulator, isa } = device;
  return [
    `${probed.device.padEnd(16)}${soc}`,
    `${''.padEnd(16)}${os} · ${host.name} ${host.version} · ${runtime.name} ${runtime.version}${emulator ? ` · ${emulator}` : ''}`,
    `${''.padEnd(16)}providers ${providers.join(', ')} · ${isa.join(' ')}`,
  ];
}
