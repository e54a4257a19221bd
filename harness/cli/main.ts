#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { EXIT } from './exit-code.ts';
import { printError } from './print-error.ts';
import { packageVersion } from './version.ts';

/** In the order of --help. Each is loaded when it is asked for: all of them take longer to load than a small diff to end. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  init: async () => (await import('./commands/init.ts')).initCommand(),
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand({ loadDevices: fleetOfFolder }),
  devices: async () => (await import('./commands/devices.ts')).devicesCommand(),
  run: async () => (await import('./commands/run.ts')).runCommand(),
  plan: async () => (await import('./commands/plan.ts')).planCommand(),
  capture: async () => (await import('./commands/capture.ts')).captureCommand(),
  compare: async () => (await import('./commands/compare.ts')).compareCommand(),
  judge: async () => (await import('./commands/judge.ts')).judgeCommand(),
  render: async () => (await import('./commands/render.ts')).renderCommand(),
  serve: async () => (await import('./commands/serve.ts')).serveCommand(),
  check: async () => (await import('./commands/check.ts')).checkCommand(),
  merge: async () => (await import('./commands/merge.ts')).mergeCommand(),
  approve: async () => (await import('./commands/approve.ts')).approveCommand(),
  history: async () => (await import('./commands/history.ts')).historyCommand(),
  prune: async () => (await import('./commands/prune.ts')).pruneCommand(),
  localize: async () => (await import('./commands/localize.ts')).localizeCommand(),
  explain: async () => (await import('./commands/explain.ts')).explainCommand(),
  diff: async () => (await import('./commands/diff.ts')).diffCommand(),
  golden: async () => (await import('./commands/golden.ts')).goldenCommand(),
  bench: async () => (await import('./commands/bench.ts')).benchCommand(),
};

/** @param first the first word of the command line: when it names a command, the others are left out */
async function program(first: string | undefined): Promise<Command> {
  const root = new Command('fleetdiff')
    .description(
      'Says which devices of a fleet answer differently to one quantized model, where and how much.',
    )
    .version(packageVersion())
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(see --help)')
    .showSuggestionAfterError();
  const named = Object.keys(COMMANDS).filter((name) => name === first);
  const loaders = (named.length === 0 ? Object.keys(COMMANDS) : named).map((name) => COMMANDS[name]!);
  const commands = await Promise.all(loaders.map((load) => load()));
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands]) command.exitOverride();
  return root;
}

/** The devices of the working folder's fleet; without one, doctor speaks of every part that the default fleet uses. */
async function fleetOfFolder() {
  if (!existsSync('devices.yml')) return undefined;
  const { readDevicesFile } = await import('../config/devices-file.ts');
  return (await readDevicesFile('devices.yml', process.env)).devices;
}

const EXAMPLES = `
Examples:
  fleetdiff run                             the suites of this folder on its whole fleet
  fleetdiff run digits --only 'haswell/*'   one suite on one device
  fleetdiff explain latest                  which rule decided each finding
  fleetdiff localize latest                 which operator differs first, and why
  fleetdiff diff golden.npz answers.npz     two files of tensors, with no fleet

Exit codes: 0 within budget · 1 over budget · 2 bad usage or configuration · 3 incomplete`;

// A reader that has seen enough (`| head`) ends the output, not the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

try {
  await (await program(process.argv[2])).parseAsync(process.argv);
} catch (error) {
  // Commander has printed its own message; help and version end well.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  else process.exitCode = printError(error, (text) => process.stderr.write(text));
}
