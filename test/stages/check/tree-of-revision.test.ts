import { expect, test } from 'vitest';
import { treeOf, wantedFiles } from '../../../harness/stages/check/tree-of-revision.ts';

const LINK = '120000';
const FILE = '100644';

/** As `git ls-tree -r -z`; the blob of a link has its target for an id. */
function tree(...entries: readonly (readonly [mode: string, name: string, id: string])[]) {
  const ids = entries.map(([, , id]) => id);
  const listing = entries.map(([mode, name], n) => `${mode} blob ${String(n).padStart(40, '0')}\t${name}\0`);
  return wantedFiles(
    treeOf(listing.join('')),
    (name) => name.startsWith('suite/'),
    async (id) => ids[Number(id)]!,
  );
}

const names = async (found: ReturnType<typeof tree>) =>
  [...(await found)].map(([name, { path }]) => [name, path]);

test('a link is the file that it leads to, be it outside of the suite', async () => {
  const found = tree(
    [FILE, 'shared/hard.npz', 'h'],
    [FILE, 'suite/easy.npz', 'e'],
    [LINK, 'suite/hard.npz', '../shared/hard.npz'],
    [LINK, 'suite/again.npz', 'hard.npz'],
  );
  expect(await names(found)).toEqual([
    ['suite/easy.npz', 'suite/easy.npz'],
    ['suite/hard.npz', 'shared/hard.npz'],
    ['suite/again.npz', 'shared/hard.npz'],
  ]);
});

test('a link to a folder holds its files', async () => {
  const found = tree(
    [FILE, 'shared/cases/a.npz', 'a'],
    [FILE, 'shared/cases/more/b.npz', 'b'],
    [LINK, 'suite/cases', '../shared/cases'],
  );
  expect(await names(found)).toEqual([
    ['suite/cases/a.npz', 'shared/cases/a.npz'],
    ['suite/cases/more/b.npz', 'shared/cases/more/b.npz'],
  ]);
});

test.for([
  ['nowhere', 'gone.npz'],
  ['out of the repository', '../../etc/passwd'],
  ['to a place of this machine', '/shared/hard.npz'],
  ['to itself', 'hard.npz'],
])('a link that leads %s is an error that names it', async ([, target]) => {
  const found = tree([FILE, 'shared/hard.npz', 'h'], [LINK, 'suite/hard.npz', target!]);
  await expect(found).rejects.toMatchObject({ code: 'E_CHECK_LINK', place: { file: 'suite/hard.npz' } });
});

test('links that nobody asked for are left alone', async () => {
  expect(await names(tree([LINK, 'docs/latest', 'gone']))).toEqual([]);
});
