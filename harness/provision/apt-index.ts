import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { formatAptSource, pickDebianSource, readAptSources } from './apt-source.ts';
import { debianRelease } from './debian-release.ts';
import { DEBIAN_ARCH, type Machine } from './machine.ts';
import { PartFailure } from './part-failure.ts';
import { sha256Of } from './part-folder.ts';
import { qemuSuite } from './remedies.ts';
import { type CommandResult, failureLines, runCommand } from './run-command.ts';

/** apt with a source and index files of our own: needs no root and leaves the system's apt as it is. */
export interface AptIndex {
  /** Versions of a package, newest first. @throws PartFailure */
  versions(name: string): Promise<string[]>;
  /** Downloads packages (`name` or `name=version`) into a new folder. apt checks each against the signed index. @throws PartFailure */
  download(packages: readonly string[], folder: string): Promise<DownloadedPackage[]>;
}

export interface DownloadedPackage {
  readonly name: string;
  readonly version: string;
  readonly file: string;
  readonly sha256: string;
}

/** A machine's owner may have switched checks off; for us they stay on. Hooks that others hung into apt do not run. */
const APT_CONFIGURATION = `
APT::Get::AllowUnauthenticated "false";
Acquire::AllowInsecureRepositories "false";
Acquire::AllowWeakRepositories "false";
Acquire::AllowDowngradeToInsecureRepositories "false";
APT::Update::Error-Mode "any";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
`;

/** Fetches the index of the configured Debian mirror into `folder`. @throws PartFailure when there is no such mirror or no network. */
export async function openAptIndex(
  machine: Machine,
  folder: string,
  signal?: AbortSignal,
): Promise<AptIndex> {
  const release = await debianRelease(machine);
  if (release === undefined) throw new PartFailure(['This is not Debian, so its mirrors are not used.']);
  const sources = await readAptSources(machine);
  const source = pickDebianSource(sources, release.codename);
  if (source === undefined) {
    throw new PartFailure([`No entry in /etc/apt/sources.list* serves "${release.codename} main".`]);
  }
  const backports = qemuSuite(release);
  const suites = [release.codename, ...(backports === undefined ? [] : [backports])];
  const paths = await writeAptFolder(folder, formatAptSource(source, suites, DEBIAN_ARCH[machine.arch]));

  const apt = (
    program: 'apt-get' | 'apt-cache',
    args: readonly string[],
    cwd: string,
  ): Promise<CommandResult> =>
    runCommand(machine, program, [...paths, ...args], {
      cwd,
      signal,
      env: { DEBIAN_FRONTEND: 'noninteractive' },
    });
  const update = await apt('apt-get', ['update'], folder);
  orFail('apt-get update', update);

  return {
    async versions(name) {
      const listed = orFail(`apt-cache madison ${name}`, await apt('apt-cache', ['madison', name], folder));
      const rows = listed.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
      return rows.flatMap(([listedName, version]) => (listedName === name && version ? [version] : []));
    },
    async download(packages, into) {
      await mkdir(into, { recursive: true });
      orFail(`apt-get download ${packages.join(' ')}`, await apt('apt-get', ['download', ...packages], into));
      return Promise.all(
        (await readdir(into)).filter((name) => name.endsWith('.deb')).map((name) => downloaded(into, name)),
      );
    },
  };
}

async function writeAptFolder(folder: string, source: string): Promise<string[]> {
  const at = (name: string): string => join(folder, name);
  for (const name of ['no-parts', 'lists/partial', 'cache/archives/partial'])
    await mkdir(at(name), { recursive: true });
  await writeFile(at('debian.sources'), source);
  await writeFile(at('apt.conf'), APT_CONFIGURATION);
  const options = {
    'Dir::Etc::sourcelist': at('debian.sources'),
    'Dir::Etc::sourceparts': at('no-parts'),
    'Dir::State::lists': at('lists'),
    'Dir::Cache': at('cache'),
  };
  return [
    '-q',
    '-c',
    at('apt.conf'),
    ...Object.entries(options).flatMap(([name, path]) => ['-o', `${name}=${path}`]),
  ];
}

/** `qemu-user_1%3a10.0.2+ds-2_amd64.deb`: name, version with its colon escaped, architecture. */
async function downloaded(folder: string, name: string): Promise<DownloadedPackage> {
  const [packageName = '', version = ''] = name.split('_');
  const file = join(folder, name);
  return { name: packageName, version: decodeURIComponent(version), file, sha256: await sha256Of(file) };
}

function orFail(command: string, result: CommandResult): string {
  if (result.status === 'ended' && result.exitCode === 0) return result.stdout;
  throw new PartFailure(
    result.status === 'absent' ? failureLines(result) : [`${command} failed:`, ...failureLines(result)],
  );
}
