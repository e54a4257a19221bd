import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Command } from 'commander';
import { initFiles } from '../../config/templates/init-files.ts';
import { fileError } from '../../store/file-error.ts';

const NEXT = `
Next: put a model and an input beside suite.yml, which says how; then
  npx fleetdiff doctor --fix    provides what this machine lacks for devices.yml
  npx fleetdiff run             writes reports/latest/report.html
Keep .fleetdiff/ and reports/ out of version control.`;

export function initCommand(): Command {
  return new Command('init')
    .description('Write a commented devices.yml, budgets.yml and a first suite; never overwrites.')
    .argument('[dir]', 'where to', '.')
    .option('--json', 'print what was written and what was kept')
    .addHelpText('after', '\nExample:\n  fleetdiff init')
    .action(async (folder: string, options: { json?: boolean }) => {
      const written: string[] = [];
      const kept: string[] = [];
      for (const { path: name, text } of initFiles()) {
        const file = path.join(folder, name);
        if (existsSync(file)) {
          kept.push(file);
          continue;
        }
        try {
          await mkdir(path.dirname(file), { recursive: true });
          await writeFile(file, text, { flag: 'wx' });
        } catch (error) {
          throw fileError(error, 'written', file);
        }
        written.push(file);
      }
      if (options.json) {
        console.log(JSON.stringify({ schemaVersion: 1, kind: 'init', written, kept }, null, 1));
        return;
      }
      for (const file of written) console.log(`wrote  ${file}`);
      for (const file of kept) console.log(`kept   ${file} (it was there)`);
      console.log(NEXT);
    });
}
