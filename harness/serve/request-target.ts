/** What a request asks for; `refused`: nothing that we serve can be meant. */
export type RequestTarget =
  | { readonly kind: 'list' }
  | { readonly kind: 'data' }
  | { readonly kind: 'style' }
  | { readonly kind: 'script' }
  | { readonly kind: 'run'; readonly id: string }
  | { readonly kind: 'file'; readonly id: string; readonly names: readonly string[] }
  | { readonly kind: 'refused' };

const REFUSED: RequestTarget = { kind: 'refused' };

const OWN: Readonly<Record<string, RequestTarget>> = {
  '/': { kind: 'list' },
  '/runs.json': { kind: 'data' },
  '/style.css': { kind: 'style' },
  '/list.js': { kind: 'script' },
};

/** A request's path as it came, so that nothing is resolved before it is checked. */
export function parseTarget(url: string): RequestTarget {
  const [path = ''] = url.split(/[?#]/, 1);
  if (Object.hasOwn(OWN, path)) return OWN[path]!;
  if (!path.startsWith('/runs/')) return REFUSED;
  const names = path.slice('/runs/'.length).split('/').map(decodeName);
  const [id, ...rest] = names[names.length - 1] === '' ? names.slice(0, -1) : names;
  if (!isName(id)) return REFUSED;
  if (rest.length === 0) return { kind: 'run', id };
  return rest.every(isName) ? { kind: 'file', id, names: rest } : REFUSED;
}

function decodeName(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

/** One name of a file or folder: no step up, no hidden separator. */
function isName(name: string | undefined): name is string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: NUL ends a path in C
  return name !== undefined && name !== '' && name !== '.' && name !== '..' && !/[/\\\u0000]/.test(name);
}

/** Whether the request was meant for this machine: a page of another site that resolves its own name to 127.0.0.1 says its name. */
export function isLoopbackHost(host: string | undefined): boolean {
  return host !== undefined && /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i.test(host);
}
