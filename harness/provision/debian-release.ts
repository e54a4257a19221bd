import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Machine } from './machine.ts';

export interface DebianRelease {
  /** `bookworm`; the name under which the mirrors hold this release. */
  readonly codename: string;
  /** 12 for bookworm; undefined for testing and unstable, which have no number yet. */
  readonly number?: number;
}

/** What /etc/os-release says; undefined when the machine is not Debian itself. */
export async function debianRelease(machine: Machine): Promise<DebianRelease | undefined> {
  const text = await readOsRelease(join(machine.root, 'etc/os-release'));
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}=["']?([^"'\\n]*)["']?\\s*$`, 'm').exec(text)?.[1];
  const codename = field('VERSION_CODENAME');
  if (field('ID') !== 'debian' || codename === undefined || !/^[a-z]+$/.test(codename)) return undefined;
  const number = Number.parseInt(field('VERSION_ID') ?? '', 10);
  return Number.isNaN(number) ? { codename } : { codename, number };
}

async function readOsRelease(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return '';
    throw error;
  }
}
