import { decodeHead, decodePart } from '../../page-data/decode-page.ts';
import type { PageHead, PageParts } from '../../page-data/page-data.ts';

export async function readHead(): Promise<PageHead> {
  return decodeHead(await readJson('head'));
}

/** @returns undefined where the page has no such part */
export async function readPart<Name extends keyof PageParts>(
  name: Name,
): Promise<PageParts[Name] | undefined> {
  return elementOf(name) === null ? undefined : decodePart(name, await readJson(name));
}

/** The element that html/page.ts wrote a part into. */
function elementOf(name: string): HTMLElement | null {
  return document.getElementById(`part-${name}`);
}

/** Base64 of deflated JSON. */
async function readJson(name: string): Promise<unknown> {
  const element = elementOf(name);
  if (element === null) throw new Error(`This report is damaged: its part "${name}" is missing.`);
  const bytes = Uint8Array.from(atob(element.textContent ?? ''), (character) => character.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return new Response(inflated).json();
}
