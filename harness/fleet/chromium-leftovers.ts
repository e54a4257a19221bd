import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A killed Appium leaves chromedriver and Chromium alive. Each of them has a folder of ours in its command line
 * (`--user-data-dir=`, `--log-path=`), and beside every such folder stands which process owns it. So what a dead run left is
 * found by folder, never by a program's name.
 */
export interface Leftovers {
  readonly folders: readonly string[];
  readonly endedPids: readonly number[];
}

/** A process id is used again after its process has died; with the start time it means one process only. */
interface Owner {
  readonly pid: number;
  readonly startTicks: string;
}

const OWNER_SUFFIX = '.owner.json';
const END_DEADLINE_MS = 5_000;

/** Makes an empty folder below `root` for one browser session, marked as owned by this process. */
export async function createProfileFolder(root: string): Promise<string> {
  const folder = path.join(root, `profile-${randomBytes(8).toString('hex')}`);
  await mkdir(root, { recursive: true });
  const owner: Owner = { pid: process.pid, startTicks: (await startTicksOf(process.pid)) ?? 'unknown' };
  // The mark comes first: a folder without one would belong to nobody, and nobody would remove it.
  await writeFile(folder + OWNER_SUFFIX, JSON.stringify(owner));
  await mkdir(folder);
  return folder;
}

/** Ends what still uses the folder, by pid, and removes the folder and its mark. */
export async function removeProfileFolder(folder: string): Promise<readonly number[]> {
  const ended = await endProcessesOf(folder);
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 50 });
  await rm(folder + OWNER_SUFFIX, { force: true });
  return ended;
}

/** Cleans up after runs whose process is dead; folders of living runs are left alone. */
export async function removeChromiumLeftovers(root: string): Promise<Leftovers> {
  if (!existsSync(root)) return { folders: [], endedPids: [] };
  const folders: string[] = [];
  const endedPids: number[] = [];
  for (const name of await readdir(root)) {
    if (!name.endsWith(OWNER_SUFFIX)) continue;
    const mark = path.join(root, name);
    if (await isAlive(parseOwner(await readFile(mark, 'utf8')))) continue;
    const folder = mark.slice(0, -OWNER_SUFFIX.length);
    endedPids.push(...(await removeProfileFolder(folder)));
    folders.push(folder);
  }
  return { folders, endedPids };
}

async function endProcessesOf(folder: string): Promise<readonly number[]> {
  const ended = new Set<number>();
  const deadline = Date.now() + END_DEADLINE_MS;
  for (;;) {
    const pids = await processesNaming(folder);
    if (pids.length === 0) return [...ended];
    if (Date.now() > deadline) throw new Error(`processes ${pids.join(', ')} of ${folder} do not end`);
    for (const pid of pids) {
      ended.add(pid);
      endProcess(pid);
    }
    await delay(20);
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Processes that have an argument which is the folder, or a path in it, alone or behind `=`. Linux only: elsewhere there is no /proc. */
async function processesNaming(folder: string): Promise<readonly number[]> {
  if (!existsSync('/proc/self/cmdline')) return [];
  const pids: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name) || Number(name) === process.pid) continue;
    const commandLine = await readProc(`/proc/${name}/cmdline`);
    if (commandLine?.split('\0').some((argument) => names(argument, folder))) pids.push(Number(name));
  }
  return pids;
}

function names(argument: string, folder: string): boolean {
  const value = argument.startsWith('-') ? argument.slice(argument.indexOf('=') + 1) : argument;
  return value === folder || value.startsWith(folder + path.sep);
}

function parseOwner(text: string): Owner | undefined {
  try {
    const { pid, startTicks } = JSON.parse(text) as Partial<Owner>;
    return Number.isSafeInteger(pid) && typeof startTicks === 'string'
      ? { pid: pid!, startTicks }
      : undefined;
  } catch {
    // The run died while it wrote the mark.
    return undefined;
  }
}

async function isAlive(owner: Owner | undefined): Promise<boolean> {
  if (!owner) return false;
  if (existsSync('/proc/self/stat')) return (await startTicksOf(owner.pid)) === owner.startTicks;
  try {
    process.kill(owner.pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Field 22 of /proc/<pid>/stat (proc(5)): start time in clock ticks after boot. Undefined when there is no such process. */
async function startTicksOf(pid: number): Promise<string | undefined> {
  const stat = await readProc(`/proc/${pid}/stat`);
  if (stat === undefined) return undefined;
  // The second field is the program's name in parentheses and may hold spaces and parentheses itself.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? undefined : rest[18];
}

/** Undefined when the process ended meanwhile, or is another user's. */
async function readProc(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? ''))
      return undefined;
    throw error;
  }
}
