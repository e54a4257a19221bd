import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { partsFolder } from './part-folder.ts';

const POLL_MS = 200;

/**
 * Runs `work` while no other fleetdiff provides parts in this folder. The lock is a file with the holder's pid; one whose
 * holder is gone is taken over. Parts stay whole even without the lock (each is one rename): it saves the second download.
 */
export async function withPartsLock<T>(
  workFolder: string,
  onWait: (pid: number) => void,
  work: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  await mkdir(partsFolder(workFolder), { recursive: true });
  const lock = join(partsFolder(workFolder), 'lock');
  const mine = `${lock}.${randomUUID()}`;
  await writeFile(mine, await holderText(process.pid));
  try {
    await take(lock, mine, onWait, signal);
  } finally {
    await rm(mine, { force: true });
  }
  try {
    return await work();
  } finally {
    await rm(lock, { force: true });
  }
}

async function take(
  lock: string,
  mine: string,
  onWait: (pid: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  let waitsFor: string | undefined;
  while (!(await linkIsNew(mine, lock))) {
    const holder = await textOf(lock);
    if (holder === undefined) continue;
    if (!(await isAlive(holder))) {
      await removeStale(lock, `${mine}.stale`, holder);
      continue;
    }
    if (holder !== waitsFor) onWait(pidOf(holder));
    waitsFor = holder;
    await delay(POLL_MS, undefined, signal === undefined ? {} : { signal });
  }
}

/** A link appears with its content, so no reader ever sees a lock without a pid. */
async function linkIsNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Two may find the same stale lock: what was moved away is looked at again, and put back when it is a live one's. */
async function removeStale(lock: string, aside: string, stale: string): Promise<void> {
  try {
    await rename(lock, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  if ((await textOf(aside)) !== stale) await linkIsNew(aside, lock);
  await rm(aside, { force: true });
}

/** Pid and, where the system tells it, the start time: a pid alone is given out again. */
async function holderText(pid: number): Promise<string> {
  return `${pid} ${await startTimeOf(pid)}\n`;
}

async function isAlive(holder: string): Promise<boolean> {
  const pid = pidOf(holder);
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
  }
  return holder === (await holderText(pid));
}

const pidOf = (holder: string): number => Number.parseInt(holder, 10);

/** Field 22 of /proc/<pid>/stat, in clock ticks since boot; `-` where there is no /proc. */
async function startTimeOf(pid: number): Promise<string> {
  const stat = await textOf(`/proc/${pid}/stat`);
  // The second field is the program's name in brackets and may hold spaces.
  return stat?.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '-';
}

async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}
