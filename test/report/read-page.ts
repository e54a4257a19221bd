import { inflateRawSync } from 'node:zlib';

const PART = /<script type="text\/plain" id="part-([\w-]+)">([^<]*)<\/script>/g;

/** What report.html holds, by part, as JSON text. */
export function partsOf(page: string): ReadonlyMap<string, string> {
  return new Map(
    [...page.matchAll(PART)].map(([, name, text]) => [
      name!,
      inflateRawSync(Buffer.from(text!, 'base64')).toString('utf8'),
    ]),
  );
}

/** The page with its data as text, to be searched. */
export function readablePage(page: string): string {
  return [page.replaceAll(PART, ''), ...partsOf(page).values()].join('\n');
}
