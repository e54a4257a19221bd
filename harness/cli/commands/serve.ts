import { spawn } from 'node:child_process';
import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { UserError } from '../../domain/user-error.ts';
import { visible } from '../../report/escape.ts';
import type { RunSource } from '../../serve/run-source.ts';
import { serveRuns } from '../../serve/server.ts';
import { openRunFolder } from '../../store/run-folder.ts';
import { EXIT } from '../exit-code.ts';

const DEFAULT_PORT = 7357;

interface ServeOptions {
  readonly port: number;
  readonly open?: boolean;
  readonly json?: boolean;
}

export function serveCommand(): Command {
  return new Command('serve')
    .description('Show runs in a browser, for this machine alone, until Ctrl-C.')
    .argument('[runs]', 'a folder of runs, a run folder, a run id, or latest', 'reports')
    .addOption(
      new Option('--port <n>', 'port of 127.0.0.1; 0 takes a free one')
        .argParser(portOf)
        .default(DEFAULT_PORT),
    )
    .option('--open', 'open the list in the default browser')
    .option('--json', 'print the address as JSON')
    .addHelpText('after', '\nExamples:\n  fleetdiff serve\n  fleetdiff serve latest --port 0 --open')
    .action(async (name: string, options: ServeOptions) => {
      const source = sourceOf(name, process.cwd());
      const server = await serveRuns(source, options.port);
      // Heard before the address is printed: whoever reads it may stop us at once.
      const ended = stopSignal();
      const { url } = server;
      const shown = visible(path.relative(process.cwd(), source.root) || '.');
      if (options.json) console.log(JSON.stringify({ schemaVersion: 1, kind: 'serving', url }));
      else console.log(`${shown} is at  ${url}\nCtrl-C ends it.`);
      if (options.open) openBrowser(url);
      process.exitCode = await ended;
      await server.close();
    });
}

function portOf(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new InvalidArgumentError('A port is a number from 0 to 65535.');
}

/** A folder with a plan is a run; any other folder holds runs. */
function sourceOf(name: string, workFolder: string): RunSource {
  const root = path.resolve(workFolder, name);
  const isFolder = existsSync(root) && statSync(root).isDirectory();
  if (isFolder && !existsSync(path.join(root, 'plan.json'))) return { kind: 'folder', root };
  if (name !== 'reports') return { kind: 'run', root: openRunFolder(name, workFolder).root };
  throw new UserError('E_RUN_NOT_FOUND', 'There is no folder of runs here.', {
    place: { file: root },
    remedies: ['make a run:  fleetdiff run', 'or name the folder that holds the runs'],
  });
}

/** Ctrl-C is an interrupt as everywhere (130); whoever manages services asks for a good end (0). */
function stopSignal(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve(EXIT.interrupted));
    process.once('SIGTERM', () => resolve(EXIT.withinBudget));
  });
}

/** A machine without a browser still has the address. */
function openBrowser(url: string): void {
  const [command, ...args] = openerOf(process.platform);
  const child = spawn(command, [...args, url], { stdio: 'ignore', detached: true });
  child.once('error', () => console.error(`No browser could be opened (${command}); open ${url} yourself.`));
  child.unref();
}

function openerOf(platform: NodeJS.Platform): readonly [string, ...string[]] {
  if (platform === 'darwin') return ['open'];
  return platform === 'win32' ? ['explorer'] : ['xdg-open'];
}
