import { appendFile, cp, mkdir, mkdtemp, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { installPartFolder, partsFolder, readPartFolder } from '../../harness/provision/part-folder.ts';

let workFolder: string;
beforeEach(async () => {
  workFolder = await mkdtemp(join(tmpdir(), 'part folder-'));
});
afterEach(() => rm(workFolder, { recursive: true }));

const part = () => join(partsFolder(workFolder), 'qemu-user');

async function install(text = 'emulator'): Promise<void> {
  const made = join(workFolder, `made-${text}`);
  await mkdir(join(made, 'bin'), { recursive: true });
  await writeFile(join(made, 'bin/qemu'), text);
  await symlink('qemu', join(made, 'bin/alias'));
  await installPartFolder(workFolder, made, {
    id: 'qemu-user',
    version: '10.0.2',
    sources: [{ package: 'qemu-user', version: '1:10.0.2-1', sha256: 'ab' }],
  });
}

test('a part is read as it was installed', async () => {
  expect(await readPartFolder(workFolder, 'qemu-user')).toEqual({ status: 'absent' });
  await install();
  expect(await readPartFolder(workFolder, 'qemu-user')).toMatchObject({
    status: 'ok',
    folder: part(),
    record: { version: '10.0.2', sources: [{ package: 'qemu-user' }] },
  });
});

test('part.json holds the SHA-256 of each file', async () => {
  await install('abc');
  const record = JSON.parse(await readFile(join(part(), 'part.json'), 'utf8'));
  // FIPS 180-4's own example: SHA-256 of "abc".
  const sha256 = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';
  expect(record.files).toContainEqual(expect.objectContaining({ path: 'bin/qemu', bytes: 3, sha256 }));
});

test.for<[string, () => Promise<unknown>, RegExp]>([
  ['longer', () => appendFile(join(part(), 'bin/qemu'), '!'), /bin\/qemu has 9 bytes instead of 8/],
  [
    'changed at the same length',
    () => writeFile(join(part(), 'bin/qemu'), 'emulatoR'),
    /bin\/qemu has other bytes/,
  ],
  ['gone', () => rm(join(part(), 'bin/qemu')), /bin\/qemu is missing/],
  [
    'a folder',
    async () => {
      await rm(join(part(), 'bin/qemu'));
      await mkdir(join(part(), 'bin/qemu'));
    },
    /bin\/qemu is not a file/,
  ],
  [
    'linked elsewhere',
    async () => {
      await rm(join(part(), 'bin/alias'));
      await symlink('other', join(part(), 'bin/alias'));
    },
    /bin\/alias should be a link to qemu/,
  ],
])('a file that is %s is damage', async ([, damage, detail]) => {
  await install();
  await damage();
  expect(await readPartFolder(workFolder, 'qemu-user')).toEqual({
    status: 'damaged',
    detail: expect.stringMatching(detail),
  });
});

test.for<[string, (text: string) => string | undefined, RegExp]>([
  ['missing', () => undefined, /part.json is missing/],
  ['cut off', (text) => text.slice(0, text.length / 2), /part.json is cut off/],
  [
    "another part's",
    (text) => text.replace('"id": "qemu-user"', '"id": "ssh"'),
    /part.json is not of this part/,
  ],
  [
    'empty of files',
    () => '{"schemaVersion":1,"kind":"part","id":"qemu-user","files":[]}',
    /not of this part/,
  ],
])('a part.json that is %s is damage', async ([, change, detail]) => {
  await install();
  const file = join(part(), 'part.json');
  const changed = change(await readFile(file, 'utf8'));
  if (changed === undefined) await rm(file);
  else await writeFile(file, changed);
  expect(await readPartFolder(workFolder, 'qemu-user')).toEqual({
    status: 'damaged',
    detail: expect.stringMatching(detail),
  });
});

test('a copied folder is whole, although its times are new', async () => {
  await install();
  const copy = join(workFolder, 'copy');
  await cp(join(workFolder, '.fleetdiff'), join(copy, '.fleetdiff'), {
    recursive: true,
    verbatimSymlinks: true,
  });
  await utimes(join(partsFolder(copy), 'qemu-user/bin/qemu'), 1, 1);
  expect(await readPartFolder(copy, 'qemu-user')).toMatchObject({ status: 'ok' });
});

test('installing over a part replaces it whole', async () => {
  await install('one');
  await writeFile(join(part(), 'bin/leftover'), '');
  await install('two');
  expect(await readFile(join(part(), 'bin/qemu'), 'utf8')).toBe('two');
  await expect(readFile(join(part(), 'bin/leftover'))).rejects.toThrow('ENOENT');
  await expect(readFile(join(workFolder, 'made-two.old/bin/qemu'))).rejects.toThrow('ENOENT');
});
