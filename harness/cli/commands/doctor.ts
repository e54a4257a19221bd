import { relative } from 'node:path';
import { Command } from 'commander';
import pico from 'picocolors';
import type { Device } from '../../domain/device.ts';
import { type AppiumPartId, appiumParts } from '../../provision/appium-parts.ts';
import { checkParts } from '../../provision/check-parts.ts';
import { type Machine, thisMachine } from '../../provision/machine.ts';
import type { PartStatus } from '../../provision/part-status.ts';
import { type PartId, partsOf } from '../../provision/parts.ts';
import { partsNeededBy } from '../../provision/parts-needed.ts';
import { provideParts } from '../../provision/provide-parts.ts';
import { wrap } from '../../report/display-width.ts';
import { visible } from '../../report/escape.ts';
import type { Colours } from '../../report/status-text.ts';
import { asciiText } from '../../report/terminal/signs.ts';
import type { TerminalOptions } from '../../report/terminal.ts';
import { EXIT } from '../exit-code.ts';
import { interruptible, PARTS_KEPT } from '../interruptible.ts';
import { terminalLook } from '../terminal-look.ts';

const WIDTH = 80;
const INDENT = ' '.repeat(11);

/** `required`: a device that must answer needs it; `optional`: only devices that may be skipped do; `no`: shown for information. */
type Need = 'required' | 'optional' | 'no';
type CheckedPart = PartStatus<PartId | AppiumPartId> & { readonly needed: Need };

export interface DoctorContext {
  /** The fleet; default: every part that the default fleet uses. */
  readonly loadDevices?: () => Promise<readonly Device[] | undefined>;
  readonly workFolder?: string;
  readonly machine?: Machine;
  readonly look?: TerminalOptions;
  readonly print?: (text: string) => void;
  readonly printProgress?: (text: string) => void;
}

interface DoctorOptions {
  readonly fix?: true;
  readonly tests?: true;
  readonly json?: true;
}

/** `fleetdiff doctor [--fix] [--tests] [--json]`; exit code 3 when a part that a required device needs is missing. */
export function doctorCommand(context: DoctorContext = {}): Command {
  return new Command('doctor')
    .description('say what this machine can drive, and provide what is missing')
    .option('--fix', 'provide the missing parts that the fleet needs')
    .option('--tests', "count the parts that fleetdiff's own tests need, too")
    .option('--json', 'print the result as JSON')
    .addHelpText('after', '\nExample:\n  $ fleetdiff doctor --fix')
    .action(async (options: DoctorOptions) => {
      process.exitCode = await doctor(options, context);
    });
}

async function doctor(options: DoctorOptions, context: DoctorContext): Promise<number> {
  const { workFolder = process.cwd(), machine = thisMachine() } = context;
  const print = context.print ?? ((text) => process.stdout.write(`${text}\n`));
  const printProgress = context.printProgress ?? ((text) => process.stderr.write(`${text}\n`));
  const needs = needsOf(await context.loadDevices?.(), machine, options.tests === true);
  const ids = partsOf(machine, options.tests ? ['fleet', 'information', 'tests'] : ['fleet', 'information']);

  let fixed: PartStatus[] = [];
  if (options.fix) {
    fixed = await interruptible(
      (signal) => provideParts(workFolder, [...needs.keys()], printProgress, signal, machine),
      { kept: PARTS_KEPT },
    );
  }
  const rest = ids.filter((id) => fixed.every((part) => part.id !== id));
  const checked = await checkParts(workFolder, rest, machine);
  const parts = [
    ...(await appiumParts()).map((part) => withNeed(part, 'required')),
    ...inOrder([...fixed, ...checked], ids).map((part) => withNeed(part, needs.get(part.id) ?? 'no')),
  ];
  const isReady = parts.every((part) => part.status === 'ok' || part.needed !== 'required');
  const exitCode = isReady ? EXIT.withinBudget : EXIT.incomplete;
  const { look = terminalLook(process.stdout) } = context;
  print(options.json ? formatJson(parts, exitCode) : formatDoctor(parts, workFolder, look));
  return exitCode;
}

/** Which parts the fleet needs, in the order in which they are found to be. */
function needsOf(
  devices: readonly Device[] | undefined,
  machine: Machine,
  withTests: boolean,
): Map<PartId, 'required' | 'optional'> {
  const needs = new Map<PartId, 'required' | 'optional'>();
  const required = devices?.filter(({ optional }) => !optional) ?? [];
  const optional = devices?.filter((device) => device.optional) ?? [];
  for (const device of optional)
    for (const id of partsNeededBy(device, machine.arch)) needs.set(id, 'optional');
  for (const device of required)
    for (const id of partsNeededBy(device, machine.arch)) needs.set(id, 'required');
  if (devices === undefined) for (const id of partsOf(machine, ['fleet'])) needs.set(id, 'required');
  if (withTests) for (const id of partsOf(machine, ['fleet', 'tests'])) needs.set(id, 'required');
  return needs;
}

function withNeed(part: PartStatus<PartId | AppiumPartId>, needed: Need): CheckedPart {
  return { ...part, needed };
}

function inOrder(parts: readonly PartStatus[], ids: readonly PartId[]): PartStatus[] {
  return parts.toSorted((left, right) => ids.indexOf(left.id) - ids.indexOf(right.id));
}

function formatJson(parts: readonly CheckedPart[], exitCode: number): string {
  return JSON.stringify({ schemaVersion: 1, kind: 'doctor', exitCode, parts }, null, 2);
}

/** At most 80 columns a line, except for paths and commands, which stay whole so that they can be copied. */
function formatDoctor(
  parts: readonly CheckedPart[],
  workFolder: string,
  { colour, ascii }: TerminalOptions,
): string {
  const colours = pico.createColors(colour);
  const lines = parts.flatMap((part) => {
    const [head = '', ...rest] = formatPart(part, workFolder).map(visible);
    return [paintOf(part, colours)(head.slice(0, INDENT.length)) + head.slice(INDENT.length), ...rest];
  });
  const text = [...lines, '', ...wrapped(summaryOf(parts), '').map(visible)].join('\n');
  return ascii ? asciiText(text) : text;
}

/** What nobody needs is not alarming. */
function paintOf({ status, needed }: CheckedPart, colours: Colours): (text: string) => string {
  if (status === 'ok') return colours.green;
  return { required: colours.red, optional: colours.yellow, no: colours.dim }[needed];
}

function signOf({ status, needed }: CheckedPart): string {
  return status === 'ok' ? '✔' : { required: '✖', optional: '▲', no: '–' }[needed];
}

function formatPart(part: CheckedPart, workFolder: string): string[] {
  const name = part.version === undefined ? part.title : `${part.title} ${part.version}`;
  const label = `${signOf(part)} ${part.status === 'ok' ? 'OK' : 'MISSING'}`.padEnd(INDENT.length);
  const head = `${label}${name} (${part.usedFor})`;
  if (part.status === 'ok') return appended(head, shortPath(part.path ?? part.detail, workFolder));
  const [first = '', ...more] = part.detail.split('\n');
  const isSentence = (line: string): boolean => line.endsWith('.');
  return [
    ...appended(head, first),
    ...more.flatMap((line) => wrapped(line, INDENT)),
    ...part.remedy.flatMap((line) =>
      isSentence(line) ? wrapped(line, `${INDENT}  `) : [`${INDENT}  ${line}`],
    ),
  ];
}

function appended(head: string, tail: string): string[] {
  const line = `${head}   ${tail}`;
  return line.length <= WIDTH ? [line] : [head, ...wrapped(tail, INDENT)];
}

function wrapped(text: string, indent: string): string[] {
  return wrap(text, WIDTH - indent.length, 'whole').map((line) => indent + line);
}

function shortPath(path: string, workFolder: string): string {
  const inside = relative(workFolder, path);
  return inside.startsWith('..') || inside === path ? path : inside;
}

function summaryOf(parts: readonly CheckedPart[]): string {
  const lacking = (needed: Need): string =>
    parts
      .filter((part) => part.status === 'missing' && part.needed === needed)
      .map(({ title }) => title)
      .join(', ');
  const required = lacking('required');
  const optional = lacking('optional');
  if (required !== '') return `Missing, and the fleet needs it: ${required}.`;
  if (optional !== '') return `The fleet can run. Devices that need ${optional} will be skipped.`;
  return 'Everything that the fleet needs is here.';
}
