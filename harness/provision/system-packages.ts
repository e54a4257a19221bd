import { debianRelease } from './debian-release.ts';
import { findProgram } from './find-program.ts';
import type { Machine } from './machine.ts';
import { PartFailure } from './part-failure.ts';
import { failureLines, runCommand } from './run-command.ts';

/** Another apt may be at work: wait for it this long. */
const LOCK_TIMEOUT_S = 120;

/** Installs Debian packages into the system. @throws PartFailure when not root, not on Debian, or when apt-get fails. */
export async function installSystemPackages(
  machine: Machine,
  packages: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if ((await findProgram(machine, 'apt-get')) === undefined)
    throw new PartFailure(['apt-get is not on this machine.']);
  if ((await debianRelease(machine)) === undefined) throw new PartFailure(['This is not Debian.']);
  if (!machine.isRoot) throw new PartFailure(['Only root can install packages.']);
  const options = { signal, env: { DEBIAN_FRONTEND: 'noninteractive' } };
  const lock = ['-o', `DPkg::Lock::Timeout=${LOCK_TIMEOUT_S}`];
  // A third party's broken source is no reason to give up: the install says what is really missing.
  const update = await runCommand(machine, 'apt-get', ['-q', ...lock, 'update'], options);
  const install = await runCommand(
    machine,
    'apt-get',
    ['-q', '-y', ...lock, 'install', '--no-install-recommends', ...packages],
    options,
  );
  if (install.status === 'ended' && install.exitCode === 0) return;
  const updateLines = update.status === 'ended' && update.exitCode === 0 ? [] : failureLines(update, 2);
  throw new PartFailure([
    `apt-get install ${packages.join(' ')} failed:`,
    ...updateLines,
    ...failureLines(install),
  ]);
}
