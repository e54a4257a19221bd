/** First dotted number in a program's own words: `qemu-aarch64 version 10.0.2 (Debian …)` -> `10.0.2`. */
export function versionIn(text: string): string | undefined {
  return /\d+(?:\.\d+)+/.exec(text)?.[0];
}

/** The upstream part of a Debian version: `1:10.0.2+ds-2~bpo12+1` -> `10.0.2`. */
export function upstreamVersion(debianVersion: string): string | undefined {
  return /^(?:\d+:)?(\d+(?:\.\d+)*)/.exec(debianVersion)?.[1];
}

/** Leading number of a dotted version; NaN when there is none, so that no comparison with it holds. */
export function majorOf(version: string | undefined): number {
  return Number.parseInt(version ?? '', 10);
}
