import path from 'node:path';
import { Command } from 'commander';
import { readDevicesFile } from '../../config/devices-file.ts';
import type { Device } from '../../domain/device.ts';
import type { Place } from '../../domain/user-error.ts';
import { displayWidth, wrap } from '../../report/display-width.ts';
import { prose, visible } from '../../report/escape.ts';
import { type ProbedDevice, probeDevices } from '../../stages/capture/probe-devices.ts';
import { selectTargets } from '../../stages/plan/select-targets.ts';
import { EXIT } from '../exit-code.ts';
import { addFleetOptions, type FleetOptions, selectionOf } from '../fleet-options.ts';
import { interruptible } from '../interruptible.ts';
import { provideRuntimeFor } from '../provide-for.ts';

const NAME_COLUMNS = 16;
const LAUNCH_COLUMNS = 24;

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
        else console.log(devices.flatMap(formatDevice).map(visible).join('\n'));
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

function formatPlace({ file, line }: Place): string {
  return line === undefined ? file : `${file}:${line}`;
}

function printJson(devices: readonly (Device | ProbedDevice)[]): void {
  console.log(JSON.stringify({ schemaVersion: 1, kind: 'devices', devices }, null, 1));
}

/** Lines of at most 80 columns under a device's name; a word that is longer stays whole. */
function column(name: string, texts: readonly string[]): string[] {
  const lines = texts.flatMap((text) => wrap(prose(text), 80 - NAME_COLUMNS, 'whole'));
  return lines.map((line, index) => `${(index === 0 ? name : '').padEnd(NAME_COLUMNS)}${line}`);
}

function formatDevice(device: Device): string[] {
  const launch =
    device.launch?.kind === 'emulator' ? `emulated ${device.launch.cpu}` : (device.launch?.kind ?? 'browser');
  const tags = device.tags.length > 0 ? ` [${device.tags.join(' ')}]` : '';
  const delegates = device.delegates.map(({ name }) => name).join(', ');
  const name = `${device.name.padEnd(NAME_COLUMNS)}${launch.padEnd(LAUNCH_COLUMNS)}`;
  const words = `${delegates}${device.optional ? ' (optional)' : ''}${tags}`;
  return wrap(prose(words), Math.max(20, 80 - displayWidth(name)), 'whole').map(
    (line, index) => `${index === 0 ? name : ' '.repeat(displayWidth(name))}${line}`,
  );
}

function formatProbed(probed: ProbedDevice): string[] {
  if (probed.status !== 'answered')
    return column(probed.device, [
      `${probed.status.toUpperCase()}  ${formatPlace(probed.place)}`,
      probed.reason,
    ]);
  const { device, providers } = probed.probe;
  const { soc, os, runtime, host, emulator, isa } = device;
  return column(probed.device, [
    soc,
    `${os} · ${host.name} ${host.version} · ${runtime.name} ${runtime.version}${emulator ? ` · ${emulator}` : ''}`,
    `providers ${providers.join(', ')} · ${isa.join(' ')}`,
  ]);
}
