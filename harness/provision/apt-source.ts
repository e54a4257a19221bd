import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Machine } from './machine.ts';

/** One entry of apt's configured sources. */
export interface AptSource {
  readonly file: string;
  readonly uris: readonly string[];
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** As written: keyring paths, fingerprints, or a whole key over several lines. */
  readonly signedBy?: string;
  /** `no` on snapshots, whose indexes are out of date by intention. */
  readonly checkValidUntil?: string;
}

/** Binary-package entries that are switched on, in the order in which apt reads them. */
export async function readAptSources(machine: Machine): Promise<AptSource[]> {
  const etc = join(machine.root, 'etc/apt');
  const parts = (await namesIn(join(etc, 'sources.list.d')))
    .sort()
    .map((name) => join('sources.list.d', name));
  const sources: AptSource[] = [];
  for (const name of ['sources.list', ...parts]) {
    const file = join(etc, name);
    if (name.endsWith('.list')) sources.push(...parseOneLineSources(await textOf(file), file));
    else if (name.endsWith('.sources')) sources.push(...parseDeb822Sources(await textOf(file), file));
  }
  return sources;
}

/** `deb [signed-by=… arch=…] URI suite component…`; cdrom entries are left out, since nobody puts the disc in. */
export function parseOneLineSources(text: string, file: string): AptSource[] {
  const sources: AptSource[] = [];
  for (const line of text.split('\n')) {
    const entry = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (entry === null) continue;
    const [, options = '', uri = '', suite = '', components = ''] = entry;
    if (uri.startsWith('cdrom:')) continue;
    const option = (name: string): string | undefined =>
      new RegExp(`(?:^|\\s)${name}=(\\S+)`, 'i').exec(options)?.[1];
    sources.push({
      file,
      uris: [uri],
      suites: [suite],
      components: words(components),
      ...present('signedBy', option('signed-by')?.replaceAll(',', ' ')),
      ...present('checkValidUntil', option('check-valid-until')),
    });
  }
  return sources;
}

/** Stanzas of `Field: value`, set apart by empty lines; a line that starts with a space goes on with the field above it. */
export function parseDeb822Sources(text: string, file: string): AptSource[] {
  const stanzas = withoutComments(text).split(/\n[ \t]*\n/);
  return stanzas.flatMap((stanza) => {
    const fields = deb822Fields(stanza);
    const isOn = (fields.get('enabled') ?? 'yes').trim().toLowerCase() !== 'no';
    if (!isOn || !words(fields.get('types') ?? '').includes('deb')) return [];
    return [
      {
        file,
        uris: words(fields.get('uris') ?? '').filter((uri) => !uri.startsWith('cdrom:')),
        suites: words(fields.get('suites') ?? ''),
        components: words(fields.get('components') ?? ''),
        ...present('signedBy', fields.get('signed-by')?.trim()),
        ...present('checkValidUntil', fields.get('check-valid-until')?.trim()),
      },
    ];
  });
}

/**
 * The entry that serves Debian's own release `codename`; undefined when none does. Other vendors use the same suite names,
 * so Debian's key, Debian's files and Debian's path decide between entries. A wrong pick could only fail: apt checks the signature.
 */
export function pickDebianSource(sources: readonly AptSource[], codename: string): AptSource | undefined {
  const serves = sources.filter(
    (source) =>
      source.uris.length > 0 && source.suites.includes(codename) && source.components.includes('main'),
  );
  const likeness = (source: AptSource): number =>
    (source.signedBy?.includes('debian-archive') === true ? 4 : 0) +
    (['debian.sources', 'sources.list'].includes(basename(source.file)) ? 2 : 0) +
    (/\/debian\/?$/.test(source.uris[0] ?? '') ? 1 : 0);
  return serves.toSorted((left, right) => likeness(right) - likeness(left))[0];
}

/** A deb822 source file with the mirror and the key of `source` for other suites of the same release. */
export function formatAptSource(source: AptSource, suites: readonly string[], architecture: string): string {
  const fields = [
    ['Types', 'deb'],
    ['URIs', source.uris[0] ?? ''],
    ['Suites', suites.join(' ')],
    ['Components', 'main'],
    ['Architectures', architecture],
    ['Targets', 'Packages'],
    ['Languages', 'none'],
    ['Check-Valid-Until', source.checkValidUntil],
    ['Signed-By', source.signedBy],
  ];
  // A key block starts on a line of its own.
  const separator = (value: string): string => (value.includes('\n') ? ':\n ' : ': ');
  return fields
    .flatMap(([name, value]) => (value === undefined ? [] : [`${name}${separator(value)}${value}\n`]))
    .join('');
}

function deb822Fields(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const field of stanza.split(/\n(?![ \t])/)) {
    const parts = /^([^\s:]+):([\s\S]*)$/.exec(field.trimStart());
    if (parts !== null) fields.set((parts[1] ?? '').toLowerCase(), (parts[2] ?? '').replace(/^[ \t]+/, ''));
  }
  return fields;
}

function withoutComments(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n');
}

const words = (text: string): string[] => text.split(/\s+/).filter((word) => word !== '');

function present<K extends string>(name: K, value: string | undefined): { [key in K]?: string } {
  return (value === undefined || value === '' ? {} : { [name]: value }) as { [key in K]?: string };
}

async function namesIn(folder: string): Promise<string[]> {
  return orWhenAbsent(() => readdir(folder), []);
}

async function textOf(file: string): Promise<string> {
  return orWhenAbsent(() => readFile(file, 'utf8'), '');
}

async function orWhenAbsent<T>(read: () => Promise<T>, otherwise: T): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return otherwise;
    throw error;
  }
}
