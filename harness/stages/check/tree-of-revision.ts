import path from 'node:path';
import { UserError } from '../../domain/user-error.ts';

/** A file of a commit, and under which name the commit has it: a symbolic link leads to another one. */
export interface TreeFile {
  readonly id: string;
  readonly path: string;
}

/** Files and links by their name in the commit. */
export interface Tree {
  readonly files: ReadonlyMap<string, TreeFile>;
  /** Names of blobs that hold a link's target. */
  readonly links: ReadonlyMap<string, string>;
}

const ENTRY = /^(\d{6}) blob ([0-9a-f]+)\t(.+)$/s;
const LINK_MODE = '120000';
/** Links that lead to links. */
const MOST_STEPS = 8;

/** @param listing what `git ls-tree -r -z` prints */
export function treeOf(listing: string): Tree {
  const files = new Map<string, TreeFile>();
  const links = new Map<string, string>();
  for (const line of listing.split('\0')) {
    const [, mode, id, name] = ENTRY.exec(line) ?? [];
    if (id === undefined || name === undefined) continue;
    if (mode === LINK_MODE) links.set(name, id);
    else files.set(name, { id, path: name });
  }
  return { files, links };
}

/**
 * The files of the tree that `isWanted`, with what links of such names lead to in their place: one file, or a folder's.
 * @param targetOf what the blob of a link holds
 * @throws UserError E_CHECK_LINK where a wanted link leads out of the commit, or nowhere
 */
export async function wantedFiles(
  { files, links }: Tree,
  isWanted: (name: string) => boolean,
  targetOf: (id: string) => Promise<string>,
): Promise<ReadonlyMap<string, TreeFile>> {
  const found = new Map([...files].filter(([name]) => isWanted(name)));
  const add = async (as: string, link: string, step: number): Promise<void> => {
    const target = await targetOf(links.get(link)!);
    const to = path.posix.join(path.posix.dirname(link), target);
    const linked = step < MOST_STEPS && links.has(to);
    if (linked) return add(as, to, step + 1);
    const file = files.get(to);
    const below = [...files].filter(([name]) => name.startsWith(`${to}/`));
    if (path.posix.isAbsolute(target) || (file === undefined && below.length === 0))
      throw noTarget(link, target);
    if (file !== undefined) found.set(as, file);
    for (const [name, each] of below) found.set(`${as}${name.slice(to.length)}`, each);
  };
  for (const link of links.keys()) if (isWanted(link)) await add(link, link, 0);
  return found;
}

function noTarget(link: string, target: string): UserError {
  return new UserError(
    'E_CHECK_LINK',
    `The symbolic link leads to "${target}", which is no file of the commit.`,
    {
      place: { file: link },
      remedies: ['commit the file in the place of the link', 'or name two model files'],
    },
  );
}
