import { CommanderError } from 'commander';
import { diffCommand } from '../../harness/cli/commands/diff.ts';
import { printError } from '../../harness/cli/print-error.ts';
import type { Diff } from '../../harness/domain/run-files.ts';
import { diffSchema } from '../../harness/store/schemas/diff.ts';

export interface DiffEnded {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** `fleetdiff diff` in this process, as `cli/main.ts` runs it. */
export async function runDiff(args: readonly string[]): Promise<DiffEnded> {
  let stdout = '';
  let stderr = '';
  let code: number | undefined;
  const err = (text: string) => {
    stderr += text;
  };
  const out = (text: string) => {
    stdout += text;
  };
  const command = diffCommand({
    out,
    err,
    exit: (value) => {
      code = value;
    },
  });
  command.exitOverride().configureOutput({ writeOut: out, writeErr: err });
  try {
    await command.parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) code = error.exitCode === 0 ? 0 : 2;
    else code = printError(error, err);
  }
  if (code === undefined) throw new Error('the command did not say how it ended');
  return { code, stdout, stderr };
}

/** The same with --json, held against the schema of what it prints. */
export async function diffJson(args: readonly string[]): Promise<Diff> {
  const ended = await runDiff([...args, '--json']);
  if (ended.stdout === '') throw new Error(ended.stderr);
  const diff = diffSchema.parse(JSON.parse(ended.stdout));
  if (diff.exitCode !== ended.code) throw new Error(`says ${diff.exitCode}, exits with ${ended.code}`);
  return diff;
}

/** The status of each tensor, by name. */
export function statuses({ tensors }: Diff): Readonly<Record<string, string>> {
  return Object.fromEntries(tensors.map(({ tensor, status }) => [tensor, status]));
}
