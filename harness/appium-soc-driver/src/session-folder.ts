import { mkdtemp, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

const PREFIX = 'fleetdiff-soc-';
const OWNED = /^fleetdiff-soc-(\d+)-/;

/** A fresh folder below `parent` for one session, named after this process; folders of processes that are gone are removed. */
export async function makeSessionFolder(parent: string): Promise<string> {
  await removeLeftovers(parent);
  return mkdtemp(path.join(parent, `${PREFIX}${process.pid}-`));
}

/** What a killed Appium could not remove. */
async function removeLeftovers(parent: string): Promise<void> {
  for (const name of await readdir(parent)) {
    const owner = OWNED.exec(name)?.[1];
    if (owner === undefined || isRunning(Number(owner))) continue;
    await rm(path.join(parent, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs, and belongs to another user.
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
