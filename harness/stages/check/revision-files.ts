import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { UserError } from '../../domain/user-error.ts';
import { type TreeFile, treeOf, wantedFiles } from './tree-of-revision.ts';

const run = promisify(execFile);

const MOST_BYTES = 4 * 2 ** 30;
/** What Git LFS leaves in place of a file that was not fetched. */
const LFS_POINTER = Buffer.from('version https://git-lfs');

export interface SuiteRevision {
  /** The commit. */
  readonly revision: string;
  /** The suite's folder on disk, as the commit has it. */
  readonly folder: string;
  /** What the working folder is in the commit; names on disk are relative to it as they are to the working folder. */
  readonly root: string;
}

/**
 * Writes a suite as a commit has it below `into`: its folder, and what its suite.yml names outside of it. The working tree is left
 * alone.
 * @param suite its folder, relative to `workFolder`
 * @throws UserError E_CHECK_SIDE, E_CHECK_NO_SUITE, E_CHECK_LFS, E_CHECK_LINK
 */
export async function writeSuiteOfRevision(
  given: string,
  suite: string,
  workFolder: string,
  into: string,
): Promise<SuiteRevision> {
  const git = gitIn(workFolder);
  const revision = await commitOf(given, git);
  const prefix = (await git('rev-parse', '--show-prefix')).toString().replace(/\n$/, '');
  // Joined, `digits/` and `.` keep the slash.
  const folder = path.posix.join(prefix, suite.split(path.sep).join('/')).replace(/(?<=.)\/$/, '');
  const tree = treeOf((await git('ls-tree', '-r', '-z', '--full-tree', revision)).toString());
  const write = async (name: string, { id, path: own }: TreeFile): Promise<Buffer> => {
    const file = path.resolve(into, name);
    if (!file.startsWith(path.resolve(into) + path.sep)) throw new Error(`a path of git leads out: ${name}`);
    // With filters, as a checkout has it: Git LFS and line ends.
    const bytes = await git('cat-file', '--filters', `--path=${own}`, id);
    if (bytes.subarray(0, LFS_POINTER.length).equals(LFS_POINTER)) throw notFetched(name, given);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes);
    return bytes;
  };
  const wanted = (isWanted: (name: string) => boolean) =>
    wantedFiles(tree, isWanted, async (id) => (await git('cat-file', 'blob', id)).toString());
  const yaml = path.posix.join(folder, 'suite.yml');
  const suiteFile = (await wanted((name) => name === yaml)).get(yaml);
  if (suiteFile === undefined) throw noSuite(given, suite);
  const outside = namedOutside(folder, (await write(yaml, suiteFile)).toString());
  const inside = folder === '.' ? '' : `${folder}/`;
  const others = await wanted(
    (name) =>
      name !== yaml &&
      (name.startsWith(inside) || outside.some((each) => name === each || name.startsWith(`${each}/`))),
  );
  for (const [name, file] of others) await write(name, file);
  return { revision, folder: path.join(into, folder), root: path.resolve(into, prefix) };
}

type Git = (...args: readonly string[]) => Promise<Buffer>;

/** @throws UserError E_CHECK_GIT with what git says */
function gitIn(cwd: string): Git {
  return async (...args) => {
    try {
      const { stdout } = await run('git', args, { cwd, encoding: 'buffer', maxBuffer: MOST_BYTES });
      return stdout;
    } catch (error) {
      const { code, stderr } = error as NodeJS.ErrnoException & { readonly stderr?: Buffer };
      const said = code === 'ENOENT' ? 'there is no git here' : (stderr?.toString().trim() ?? '');
      throw new UserError('E_CHECK_GIT', `git ${args[0]} failed: ${said || String(code)}`, {
        remedies: ['or name two model files'],
      });
    }
  };
}

async function commitOf(given: string, git: Git): Promise<string> {
  // Fails where this is no repository, or not the user's.
  await git('rev-parse', '--git-dir');
  const found = await git('rev-parse', '--verify', '--quiet', '--end-of-options', `${given}^{commit}`).catch(
    () => '',
  );
  const commit = found.toString().trim();
  if (/^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw new UserError(
    'E_CHECK_SIDE',
    `"${given}" is neither a model file nor a revision of this repository.`,
    {
      place: { file: given },
      remedies: [
        'name a commit, branch or tag, or a .onnx file',
        'in CI, fetch it first:  git fetch origin REVISION (actions/checkout: fetch-depth: 0)',
      ],
    },
  );
}

/** Paths of suite.yml that lead out of its folder, up to the first pattern in them. */
function namedOutside(folder: string, text: string): readonly string[] {
  const found: string[] = [];
  const look = (value: unknown): void => {
    if (typeof value === 'string') {
      if (!value.split('/').includes('..')) return;
      const literal = value.split('/');
      const pattern = literal.findIndex((part) => /[*?{[]/.test(part));
      const fixed = pattern === -1 ? literal : literal.slice(0, pattern);
      found.push(path.posix.join(folder, ...fixed).replace(/\/$/, ''));
    } else if (typeof value === 'object' && value !== null) Object.values(value).forEach(look);
  };
  try {
    look(parse(text));
  } catch {
    // The reader of suite.yml says where it is wrong.
  }
  return found;
}

function noSuite(given: string, suite: string): UserError {
  return new UserError('E_CHECK_NO_SUITE', `Revision ${given} has no ${suite}/suite.yml.`, {
    place: { file: `${suite}/suite.yml` },
    remedies: ['name a suite that both revisions have with --suite', 'or name two model files'],
  });
}

function notFetched(name: string, given: string): UserError {
  return new UserError(
    'E_CHECK_LFS',
    `In ${given} the file is a pointer of Git LFS, and its content is not here.`,
    {
      place: { file: name },
      remedies: ['fetch it:  git lfs install && git lfs fetch origin REVISION'],
    },
  );
}
