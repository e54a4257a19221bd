import { useEffect, useState } from 'preact/hooks';

/** What the page shows; every view has a link of its own. */
export type Route =
  | { readonly view: 'overview' }
  | { readonly view: 'target'; readonly suite: string; readonly target: string }
  /** `case` absent: all cases of the tensor. */
  | {
      readonly view: 'tensor';
      readonly suite: string;
      readonly target: string;
      readonly tensor: string;
      readonly case?: string;
    }
  /** `tensor` absent: all outputs together. */
  | { readonly view: 'classes'; readonly suite: string; readonly tensor?: string }
  /** Two targets with each other; absent sides are still to be chosen. */
  | {
      readonly view: 'compare';
      readonly suite: string;
      readonly reference?: string;
      readonly candidate?: string;
      readonly tensor?: string;
    }
  | { readonly view: 'notes' }
  | { readonly view: 'unknown'; readonly hash: string };

/** A route, and what its view is filtered and sorted by. */
export interface Location {
  readonly route: Route;
  readonly query: URLSearchParams;
}

/** `#/tensor/digits-int8/haswell/cpu/logits/digits-000?sort=max_abs` */
export function hashOf(route: Route, query?: URLSearchParams): string {
  const words = query?.toString() ?? '';
  return `#/${segmentsOf(route).map(encodeName).join('/')}${words === '' ? '' : `?${words}`}`;
}

/** Half a surrogate pair, which a device may name something, has no place in a link. */
function encodeName(name: string): string {
  return encodeURIComponent(name.replace(/\p{Cs}/gu, '\ufffd'));
}

function segmentsOf(route: Route): string[] {
  switch (route.view) {
    case 'overview':
    case 'unknown':
      return [];
    case 'notes':
      return ['notes'];
    case 'target':
      return ['target', route.suite, ...splitTarget(route.target)];
    case 'tensor':
      return [
        'tensor',
        route.suite,
        ...splitTarget(route.target),
        route.tensor,
        ...(route.case === undefined ? [] : [route.case]),
      ];
    case 'classes':
      return ['classes', route.suite, ...(route.tensor === undefined ? [] : [route.tensor])];
    case 'compare': {
      const sides = [route.reference ?? '', route.candidate ?? ''].flatMap(splitTarget);
      return ['compare', route.suite, ...sides, ...(route.tensor === undefined ? [] : [route.tensor])];
    }
  }
}

/** A target is `device/delegate`. */
function splitTarget(target: string): [string, string] {
  const slash = target.indexOf('/');
  return slash < 0 ? [target, ''] : [target.slice(0, slash), target.slice(slash + 1)];
}

export function parseHash(hash: string): Location {
  const [path = '', query = ''] = splitOnce(hash.replace(/^#\/?/, ''), '?');
  return { route: parsePath(path) ?? { view: 'unknown', hash }, query: new URLSearchParams(query) };
}

function parsePath(path: string): Route | undefined {
  const segments = decodeAll(path === '' ? [] : path.split('/'));
  if (segments === undefined) return undefined;
  const [view, suite, device, delegate, ...rest] = segments;
  const target = `${device}/${delegate}`;
  if (view === undefined) return { view: 'overview' };
  if (view === 'notes' && segments.length === 1) return { view };
  if (suite === undefined) return undefined;
  if (view === 'classes' && segments.length <= 3) {
    return { view, suite, ...(device === undefined ? {} : { tensor: device }) };
  }
  if (delegate === undefined) return undefined;
  if (view === 'target' && rest.length === 0) return { view, suite, target };
  const [tensor, name] = rest;
  if (view === 'tensor' && tensor !== undefined && rest.length <= 2) {
    return { view, suite, target, tensor, ...(name === undefined ? {} : { case: name }) };
  }
  const [otherDevice, otherDelegate, common] = rest;
  if (view === 'compare' && otherDelegate !== undefined && rest.length <= 3) {
    const other = `${otherDevice}/${otherDelegate}`;
    return {
      view,
      suite,
      ...(target === '/' ? {} : { reference: target }),
      ...(other === '/' ? {} : { candidate: other }),
      ...(common === undefined ? {} : { tensor: common }),
    };
  }
  return undefined;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** undefined: a person typed a broken link. */
function decodeAll(segments: readonly string[]): string[] | undefined {
  try {
    return segments.map(decodeURIComponent);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

export function useLocation(): Location {
  const [location, setLocation] = useState(() => parseHash(window.location.hash));
  useEffect(() => {
    const follow = () => setLocation(parseHash(window.location.hash));
    window.addEventListener('hashchange', follow);
    return () => window.removeEventListener('hashchange', follow);
  }, []);
  return location;
}

/** Changes what the view is filtered by, in the link too, without a new step in the history. */
export function replaceQuery({ route }: Location, query: URLSearchParams): void {
  history.replaceState(null, '', hashOf(route, query));
  window.dispatchEvent(new HashChangeEvent('hashchange'));
}
