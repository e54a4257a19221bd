import type { FileHandle } from 'node:fs/promises';

/** Of the list: its own style sheet and script, nothing inline, nothing from elsewhere. */
export const LIST_POLICY =
  "default-src 'none'; style-src 'self'; script-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** Of a run's data: shown, never obeyed. */
export const SANDBOX_POLICY = "default-src 'none'; frame-ancestors 'none'; sandbox";

const HEAD_BYTES = 8192;
const META = /<meta http-equiv="Content-Security-Policy" content="([^"]{1,4000})">/;

/** What a page may be allowed by its own policy: its own hashes and data inside the file, no host. */
const INSIDE = /^('none'|'sha(256|384|512)-[A-Za-z0-9+/]+={0,2}'|data:|blob:)$/;
const DIRECTIVE = /^(style-src|script-src|img-src|font-src|media-src|worker-src)$/;

/** What every report may be given: an origin of its own, which shares neither notes nor the list with any other page. */
const OWN_ORIGIN = 'sandbox allow-scripts allow-downloads';

/**
 * The report bears its policy in itself, by the hashes of its script and style. The same is sent as a header, without anything that
 * would reach out of the file. One whose script is not this fleetdiff's own gets an origin of its own: it can read no other run and
 * no notes. One without a policy runs no script.
 * @param ownScript hash source of this fleetdiff's report script, `'sha256-…'`
 */
export async function reportPolicy(handle: FileHandle, ownScript: string): Promise<string> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
  const own = META.exec(buffer.toString('utf8', 0, bytesRead))?.[1];
  if (own === undefined) return SANDBOX_POLICY;
  const directives = own.split(';').flatMap((text) => {
    const [name = '', ...sources] = text.trim().split(/\s+/);
    const kept = sources.filter((source) => INSIDE.test(source));
    return DIRECTIVE.test(name) && kept.length > 0 ? [`${name} ${kept.join(' ')}`] : [];
  });
  const isOwn = directives.some((directive) => directive === `script-src ${ownScript}`);
  return [
    "default-src 'none'",
    ...directives,
    ...(isOwn ? [] : [OWN_ORIGIN]),
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
