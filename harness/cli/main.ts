#!/usr/bin/env node
import { existsSync } from 'node:fs';
import { Command, CommanderError } from 'commander';
import { readDevicesFile } from '../config/devices-file.ts';
import { benchCommand } from './commands/bench.ts';
import { captureCommand } from './commands/capture.ts';
import { compareCommand } from './commands/compare.ts';
import { devicesCommand } from './commands/devices.ts';
import { diffCommand } from './commands/diff.ts';
import { doctorCommand } from './commands/doctor.ts';
import { explainCommand } from './commands/explain.ts';
import { goldenCommand } from './commands/golden.ts';
import { initCommand } from './commands/init.ts';
import { judgeCommand } from './commands/judge.ts';
import { planCommand } from './commands/plan.ts';
import { renderCommand } from './commands/render.ts';
import { runCommand } from './commands/run.ts';
import { EXIT } from './exit-code.ts';
import { printError } from './print-error.ts';
import { packageVersion } from './version.ts';

function program(): Command {
  const root = new Command('fleetdiff')
    .description(
      'Says which devices of a fleet answer differently to one quantized model, where and how much.',
    )
    .version(packageVersion())
    .addHelpText('after', EXAMPLES)
    .showHelpAfterError('(see --help)')
    .showSuggestionAfterError();
  const commands = [
    initCommand(),
    doctorCommand({ loadDevices: fleetOfFolder }),
    devicesCommand(),
    runCommand(),
    planCommand(),
    captureCommand(),
    compareCommand(),
    judgeCommand(),
    renderCommand(),
    explainCommand(),
    diffCommand(),
    goldenCommand(),
    benchCommand(),
  ];
  for (const command of commands) root.addCommand(command);
  for (const command of [root, ...commands]) command.exitOverride();
  return root;
}

/** The devices of the working folder's fleet; without one, doctor speaks of every part that the default fleet uses. */
async function fleetOfFolder() {
  return existsSync('devices.yml') ? (await readDevicesFile('devices.yml', process.env)).devices : undefined;
}

const EXAMPLES = `
Examples:
  fleetdiff run                             the suites of this folder on its whole fleet
  fleetdiff run digits --only 'haswell/*'   one suite on one device
  fleetdiff explain latest                  which rule decided each finding
  fleetdiff diff golden.npz answers.npz     two files of tensors, with no fleet

Exit codes: 0 within budget · 1 over budget · 2 bad usage or configuration · 3 incomplete`;

// A reader that has seen enough (`| head`) ends the output, not the run.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
  throw error;
});

try {
  await program().parseAsync(process.argv);
} catch (error) {
  // Commander has printed its own message; help and version end well.
  if (error instanceof CommanderError) process.exitCode = error.exitCode === 0 ? 0 : EXIT.usage;
  else process.exitCode = printError(error, (text) => process.stderr.write(text));
}
