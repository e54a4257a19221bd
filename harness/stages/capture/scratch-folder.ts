import { createHash } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';

/** What below `.fleetdiff` lives as long as one process. */
export type ScratchKind = 'appium' | 'check' | 'golden' | 'localize' | 'probe';

export interface ScratchFolder {
  readonly path: string;
  remove(): Promise<void>;
}

/** Process ids mean something on one machine only, and containers may share a working folder. */
const HOST = createHash('sha256').update(hostname()).digest('hex').slice(0, 8);
const NAME = /^(?:appium|check|golden|localize|probe)-([0-9a-f]{8})-([1-9][0-9]{0,9})-[^.]+$/;

/**
 * An empty folder below `root` for this process. It goes with the process, also where a second Ctrl-C ends it; what a
 * killed process leaves, `removeDeadScratch` takes away at the next start.
 */
export async function makeScratchFolder(root: string, kind: ScratchKind): Promise<ScratchFolder> {
  await mkdir(root, { recursive: true });
  const folder = await mkdtemp(path.join(path.resolve(root), `${kind}-${HOST}-${process.pid}-`));
  const onExit = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', onExit);
  return {
    path: folder,
    async remove() {
      process.off('exit', onExit);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Removes the scratch folders of this machine's dead processes, and returns their names; those of living ones are left alone. */
export async function removeDeadScratch(root: string): Promise<readonly string[]> {
  if (!existsSync(root)) return [];
  const dead = (await readdir(root)).filter((name) => {
    const [, host, pid] = NAME.exec(name) ?? [];
    return host === HOST && !isAlive(Number(pid));
  });
  for (const name of dead) await rm(path.join(root, name), { recursive: true, force: true });
  return dead;
}

/** An id that another process has got since keeps its folder until that one has ended, too. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH';
  }
}
