import { spawn } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { onTestFinished } from 'vitest';

export const repository = path.resolve(import.meta.dirname, '../..');

/** A runner's workspace, with fakes first on its PATH. */
export interface Scratch {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Every call of a fake: its name and its words. */
  calls(): readonly (readonly string[])[];
}

export interface Ended {
  readonly code: number | null;
  readonly log: string;
}

export function openScratch(env: Readonly<Record<string, string>> = {}): Scratch {
  const root = mkdtempSync(path.join(tmpdir(), 'fleetdiff-ci-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const [bin, folder, calls] = ['bin', 'workspace', 'calls.ndjson'].map((name) => path.join(root, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(bin);
  mkdirSync(folder);
  for (const name of ['fleetdiff', 'npm', 'npx', 'curl']) {
    const fake = path.join(import.meta.dirname, 'fakes', `${name}.mjs`);
    const file = path.join(bin, name);
    writeFileSync(file, `#!/bin/sh\nexec '${process.execPath}' '${fake}' "$@"\n`);
    chmodSync(file, 0o755);
  }
  // Where this repository's workflows have the built one.
  mkdirSync(path.join(folder, 'dist/cli'), { recursive: true });
  writeFileSync(
    path.join(folder, 'dist/cli/main.js'),
    `import(${JSON.stringify(path.join(import.meta.dirname, 'fakes/fleetdiff.mjs'))});\n`,
  );
  return {
    folder,
    env: {
      PATH: [bin, path.dirname(process.execPath), process.env.PATH].join(path.delimiter),
      HOME: root,
      CALLS: calls,
      ...env,
    },
    calls: () => (existsSync(calls) ? lines(calls).map((line) => JSON.parse(line)) : []),
  };
}

/** A run folder for the fake fleetdiff to lay down. */
export function writeRun(scratch: Scratch, files: Readonly<Record<string, string>>): string {
  const folder = path.join(scratch.env.HOME!, 'run');
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** As a runner does: the script in a file, output and error in one log. */
export async function runScript(
  script: string,
  { cwd, env }: { readonly cwd: string; readonly env: Readonly<Record<string, string>> },
): Promise<Ended> {
  const file = path.join(env.HOME!, 'step.sh');
  writeFileSync(file, script);
  const child = spawn('bash', ['--noprofile', '--norc', '-euo', 'pipefail', file], { cwd, env });
  const pieces: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (piece: Buffer) => pieces.push(piece));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, log: Buffer.concat(pieces).toString() };
}

/** What a step appended to the file behind GITHUB_OUTPUT. */
export function readOutputs(file: string): Record<string, string> {
  return Object.fromEntries(
    lines(file).map((line) => {
      const at = line.indexOf('=');
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
}

export function makeEmpty(file: string): string {
  appendFileSync(file, '');
  return file;
}

function lines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
