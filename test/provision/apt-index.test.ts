import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openAptIndex } from '../../harness/provision/apt-index.ts';
import { PartFailure } from '../../harness/provision/part-failure.ts';
import { madeUpMachine } from './made-up-machine.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'apt index-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function failureOf(opening: Promise<unknown>): Promise<string> {
  const error = await opening.then(
    () => new Error('it opened'),
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(PartFailure);
  return (error as PartFailure).lines.join('\n');
}

// Real apt against a mirror in a folder: no network.
test.skipIf(!existsSync('/usr/bin/apt-get'))(
  'a mirror without signature is refused, even where the owner of the machine trusts it',
  async () => {
    const repository = join(folder, 'mirror');
    await mkdir(join(repository, 'dists/trixie/main/binary-amd64'), { recursive: true });
    await writeFile(join(repository, 'dists/trixie/main/binary-amd64/Packages'), '');
    await writeFile(
      join(repository, 'dists/trixie/Release'),
      'Suite: trixie\nCodename: trixie\nComponents: main\n',
    );
    const osRelease = 'ID=debian\nVERSION_ID="13"\nVERSION_CODENAME=trixie\n';
    const { machine, file } = await madeUpMachine(folder, { env: { PATH: '/usr/bin:/bin' } }, osRelease);
    await file('etc/apt/sources.list', `deb [trusted=yes] file:${encodeURI(repository)} trixie main\n`);
    expect(await failureOf(openAptIndex(machine, join(folder, 'scratch')))).toMatch(
      /trixie Release' is not signed/,
    );
  },
);

test('other systems are told apart', async () => {
  const { machine } = await madeUpMachine(folder, {}, 'ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=noble\n');
  expect(await failureOf(openAptIndex(machine, join(folder, 'scratch')))).toMatch(/not Debian/);
});

test('a machine whose sources do not serve its release says so', async () => {
  const { machine, file } = await madeUpMachine(folder);
  await file('etc/apt/sources.list', 'deb http://vendor.example/apt nodistro main\n');
  expect(await failureOf(openAptIndex(machine, join(folder, 'scratch')))).toMatch(/serves "bookworm main"/);
});
