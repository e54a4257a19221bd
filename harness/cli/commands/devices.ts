import path from 'node:path';
import { Command } from 'commander';
import pico from 'picocolors';
import { readDevicesFile } from '../../config/devices-file.ts';
import type { Device } from '../../domain/device.ts';
import type { Place } from '../../domain/user-error.ts';
import { displayWidth, padEndTo, shortenMiddle, wrap } from '../../report/display-width.ts';
import { columnWidths } from '../../report/terminal/column-widths.ts';
import { entryLines, labelColumns } from '../../report/terminal/list-lines.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import type { TerminalOptions } from '../../report/terminal.ts';
import { nameText, proseText } from '../../report/wording.ts';
import { type ProbedDevice, probeDevices } from '../../stages/capture/probe-devices.ts';
import { selectTargets } from '../../stages/plan/select-targets.ts';
import { EXIT } from '../exit-code.ts';
import { addFleetOptions, type FleetOptions, selectionOf } from '../fleet-options.ts';
import { interruptible } from '../interruptible.ts';
import { provideRuntimeFor } from '../provide-for.ts';
import { terminalLook } from '../terminal-look.ts';

/** What delegates and tags have at least. */
const LEAST_WORDS_COLUMNS = 28;

export function devicesCommand(): Command {
  const command = new Command('devices')
    .description('List the fleet; --probe opens a session to each device and shows what answers.')
    .option('--probe', 'open a session to each device')
    .option('--json', 'print the fleet as JSON')
    .addHelpText('after', "\nExample:\n  fleetdiff devices --probe --only 'cortex-*/*'")
    .action(async (options: FleetOptions & { probe?: boolean; json?: boolean }) => {
      const fleet = await readDevicesFile(options.devices, process.env);
      const look = terminalLook(process.stdout);
      const print = (lines: readonly string[]) =>
        console.log(lines.map((line) => (look.ascii ? asciiText(line) : line)).join('\n'));
      const devices = selectTargets(fleet.devices, selectionOf(options));
      if (!options.probe) {
        if (options.json) printJson(devices);
        else print(formatFleet(devices, look));
        return;
      }
      const workFolder = process.cwd();
      const tell = probedPrinter(devices, look);
      await provideRuntimeFor(devices, workFolder, { appium: fleet.appium });
      const probed = await interruptible(
        (signal) =>
          probeDevices(devices, {
            appium: fleet.appium,
            workFolder,
            scratchFolder: path.join(workFolder, '.fleetdiff'),
            signal,
            onProbed: (each) => {
              if (!options.json) print(tell(each));
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

/** Name, what it runs on and delegates side by side under a line of heads. */
function formatFleet(devices: readonly Device[], { columns, colour }: TerminalOptions): string[] {
  const colours = pico.createColors(colour);
  const rows = devices.map((device) => ({
    name: nameText(device.name),
    place: nameText(placeOf(device)),
    words: delegatesOf(device),
  }));
  const widest = (head: string, cells: readonly string[]) =>
    Math.max(displayWidth(head), ...cells.map(displayWidth));
  const wanted = [
    widest(
      'device',
      rows.map(({ name }) => name),
    ),
    widest(
      'runs on',
      rows.map(({ place }) => place),
    ),
  ];
  const [name = 0, place = 0] = columnWidths(
    wanted.map((width) => ({ wanted: width, least: Math.min(width, 12) })),
    columns - LEAST_WORDS_COLUMNS,
  );
  const lead = (first: string, second: string) =>
    `${padEndTo(shortenMiddle(first, name), name)}  ${padEndTo(shortenMiddle(second, place), place)}  `;
  const indent = ' '.repeat(name + place + 4);
  return [
    colours.dim(`${lead('device', 'runs on')}delegates`),
    ...rows.flatMap((row) =>
      wrap(row.words, columns - indent.length).map(
        (line, index) => `${index === 0 ? lead(row.name, row.place) : indent}${line}`,
      ),
    ),
  ];
}

function placeOf({ launch }: Device): string {
  if (launch?.kind === 'emulator') return `emulated ${launch.cpu}`;
  return launch?.kind ?? 'browser';
}

function delegatesOf({ delegates, optional, tags }: Device): string {
  const names = delegates.map(({ name }) => nameText(name)).join(', ');
  const marks = tags.length > 0 ? ` [${tags.map(nameText).join(' ')}]` : '';
  return `${names}${optional ? ' (optional)' : ''}${marks}`;
}

/** What each device said, as it says it. A reason that was told already is not told again. */
function probedPrinter(
  devices: readonly Device[],
  { columns, colour }: TerminalOptions,
): (probed: ProbedDevice) => readonly string[] {
  const colours = pico.createColors(colour);
  const width = labelColumns(
    devices.map(({ name }) => nameText(name)),
    columns,
  );
  const paint = { answered: colours.green, failed: colours.red, skipped: colours.dim };
  const sign = { answered: '✔', failed: '✖', skipped: '–' };
  const tellers = new Map<string, string>();
  return (probed) => {
    const { device, status } = probed;
    const words =
      status === 'answered' ? probeWords(probed.probe) : silenceWords(probed, tellers.get(probed.reason));
    if (status !== 'answered' && !tellers.has(probed.reason)) tellers.set(probed.reason, device);
    const entry = { sign: paint[status](sign[status]), label: nameText(device), words };
    return entryLines(entry, width, columns);
  };
}

function probeWords({ device, providers }: Extract<ProbedDevice, { status: 'answered' }>['probe']): string[] {
  const { soc, os, runtime, host, emulator, isa } = device;
  return [
    proseText(soc),
    proseText(
      `${os} · ${host.name} ${host.version} · ${runtime.name} ${runtime.version}${emulator ? ` · ${emulator}` : ''}`,
    ),
    proseText(`providers ${providers.join(', ')} · ${isa.join(' ')}`),
  ];
}

function silenceWords(
  { status, place, reason }: Exclude<ProbedDevice, { status: 'answered' }>,
  toldBy: string | undefined,
): string[] {
  const where = `${status.toUpperCase()}  ${nameText(formatPlace(place))}`;
  return [where, toldBy === undefined ? proseText(reason) : `as ${nameText(toldBy)}`];
}
