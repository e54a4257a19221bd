import { existsSync } from 'node:fs';
import path from 'node:path';
import { Command, Option } from 'commander';
import { UserError } from '../../domain/user-error.ts';
import { renderStability } from '../../report/diagnosis/stability.ts';
import { renderDiagnosis } from '../../report/diagnosis/terminal.ts';
import { visible } from '../../report/escape.ts';
import { localizeRequests } from '../../stages/localize.ts';
import { readDiagnosis, readPlan, readVerdicts } from '../../store/run-files.ts';
import { openRunFolder, type RunFolder, runPaths } from '../../store/run-folder.ts';
import { EXIT } from '../exit-code.ts';
import { localizeFromOptions } from '../localize-options.ts';
import { openProgress } from '../progress/progress.ts';
import { terminalLook } from '../terminal-look.ts';

interface Options {
  readonly target?: string;
  readonly suite?: string;
  readonly devices: string;
  readonly export?: string;
  readonly stability?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
}

export function localizeCommand(): Command {
  return new Command('localize')
    .description(
      'Find the first tensor that differs along the graph, and the likely cause; runs on the devices.',
    )
    .argument('<run>', 'a run folder, a run id, or latest')
    .option('--target <target>', 'device/delegate; every target over budget unless named')
    .option('--suite <suite>', 'one suite of the run')
    .addOption(new Option('--devices <file>', 'says how Appium is reached').default('devices.yml'))
    .option('--export <dir>', 'write the smallest model that still differs, with a script that shows it')
    .option(
      '--stability',
      'also vary threads, batch position, sessions and optimization, and name what changes the answer',
    )
    .option('--json', 'print diagnosis.json')
    .option('--quiet', 'no progress')
    .option('--verbose', 'progress as lines, with what log.ndjson is told')
    .addHelpText('after', EXAMPLES)
    .action(localize);
}

const EXAMPLES = `
Examples:
  fleetdiff localize latest --target haswell/cpu
  fleetdiff localize latest --target haswell/cpu --export repro/   for a vendor`;

async function localize(name: string, options: Options): Promise<void> {
  const run = openRunFolder(name, process.cwd());
  const plan = await readPlan(run);
  const { target, suite } = options;
  const requests = localizeRequests(plan, await verdictsOf(run, target), {
    ...(target === undefined ? {} : { target }),
    ...(suite === undefined ? {} : { suite }),
  });
  if (options.export !== undefined && requests.length !== 1) {
    throw new UserError(
      'E_EXPORT_ONE',
      `--export takes one suite on one target; this is ${requests.length}.`,
      {
        remedies: ['name it with --target, and with --suite where the run has several'],
      },
    );
  }
  if (requests.length === 0) {
    if (options.json) console.log('null');
    console.error('Nothing is over budget, so there is nothing to localize; name a target with --target.');
    return;
  }
  const asked = {
    devices: options.devices,
    ...(options.stability ? { stability: true } : {}),
    ...(options.export === undefined ? {} : { exportFolder: options.export }),
  };
  const localized = await localizeFromOptions(run, requests, asked, openProgress(options));
  if (localized.some(({ status }) => status === 'failed')) process.exitCode = EXIT.incomplete;
  if (options.json) {
    // The newest stands at the top of the file: where nothing was diagnosed now, that is somebody else's.
    const isNew = localized.some(({ status }) => status === 'diagnosed');
    console.log(JSON.stringify(isNew ? await readDiagnosis(run) : null, null, 1));
  } else {
    for (const each of localized) {
      if (each.status === 'failed') continue;
      process.stdout.write(`${renderDiagnosis(each.diagnosis, terminalLook(process.stdout))}\n`);
      if (each.stability && !('failed' in each.stability))
        process.stdout.write(`${renderStability(each.stability, terminalLook(process.stdout))}\n`);
    }
    if (localized.some(({ status }) => status === 'diagnosed'))
      console.log(`diagnosis  ${path.relative(process.cwd(), runPaths.diagnosis(run))}`);
  }
  for (const each of localized) {
    const probed = each.status === 'diagnosed' ? each.stability : undefined;
    if (probed && 'failed' in probed) {
      const { suite, target } = each.status === 'diagnosed' ? each.diagnosis : each;
      process.stderr.write(
        `${visible(`${suite} ${target} could not be probed for stability: ${probed.failed}`)}\n`,
      );
      process.exitCode = EXIT.incomplete;
    }
    if (each.status === 'failed')
      process.stderr.write(
        `${visible(`${each.suite} ${each.target} could not be localized: ${each.reason}`)}\n`,
      );
    else if (each.exported !== undefined)
      process.stderr.write(
        `${visible(`repro  ${path.relative(process.cwd(), each.exported)}  README.md there says how to run it`)}\n`,
      );
  }
}

/** Asked for only where no target is named: a run that was not judged yet can be localized by name. */
async function verdictsOf(run: RunFolder, target: string | undefined) {
  if (target !== undefined && !existsSync(runPaths.verdicts(run))) return undefined;
  return readVerdicts(run);
}
