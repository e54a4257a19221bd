import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { PartFailure } from './part-failure.ts';
import type { PartWork } from './part-work.ts';
import { type CommandResult, failureLines, runCommand } from './run-command.ts';

/** Downloads a package file into the scratch folder; npm checks it against the registry's sha512. */
export function packPackage(work: PartWork, name: string, version: string): Promise<CommandResult> {
  // In the project's folder, so that its .npmrc says which registry; `error` keeps npm's remarks on that file out.
  const args = ['pack', `${name}@${version}`, '--loglevel=error', '--ignore-scripts'];
  // npm itself waits for a minute and more before it says that there is no network.
  const retries = ['--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=10000'];
  return runCommand(work.machine, 'npm', [...args, '--pack-destination', work.scratch, ...retries], {
    cwd: work.workFolder,
    signal: work.signal,
  });
}

/** The file that `packPackage` wrote. @throws PartFailure when there is none, or its sha512 is not the pinned one */
export async function packedFile(
  work: PartWork,
  name: string,
  version: string,
  pinned?: string,
): Promise<string> {
  const tarball = `${name}-${version}.tgz`;
  const file = join(work.scratch, tarball);
  await access(file).catch(() => {
    throw new PartFailure([`npm pack wrote no ${tarball}.`]);
  });
  const integrity = pinned === undefined ? undefined : await sha512IntegrityOf(file);
  if (integrity === pinned) return file;
  throw new PartFailure([`${tarball} is not what we know: expected ${pinned}, found ${integrity}.`]);
}

/** Unpacks `members` of a package file (files or folders, as paths below `package/`) into `target`. @throws PartFailure */
export async function unpackPackage(
  work: PartWork,
  file: string,
  target: string,
  members: readonly string[],
): Promise<void> {
  await mkdir(target, { recursive: true });
  const args = ['-xzf', file, '-C', target, '--strip-components=1', '--no-same-owner'];
  const paths = members.map((member) => `package/${member}`);
  const tar = await runCommand(work.machine, 'tar', [...args, ...paths], { signal: work.signal });
  if (tar.status === 'absent' || tar.exitCode !== 0)
    throw new PartFailure(['tar failed:', ...failureLines(tar)]);
}

async function sha512IntegrityOf(file: string): Promise<string> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file, { highWaterMark: 1 << 20 }), hash);
  return `sha512-${hash.digest('base64')}`;
}
