import type { Matcher } from '../../../domain/budgets.ts';

/** What a waiver can be narrowed to beside its targets. */
export interface WaiverScope {
  /** `*`: the target as a whole. */
  readonly tensor: string;
  /** Where several suites share the budgets. */
  readonly suite?: string;
}

export interface NamedTarget {
  readonly device: string;
  readonly delegate: string;
}

/** Which targets a waiver covers: those that have the finding, or what they have in common. */
export type WaiverCover = 'targets' | 'isa' | 'tag' | 'soc';

/** Matchers that together match exactly these targets. */
export function targetMatches(targets: readonly NamedTarget[], scope: WaiverScope): Matcher[] {
  const devicesOf = new Map<string, string[]>();
  for (const { device, delegate } of targets) {
    devicesOf.set(delegate, [...(devicesOf.get(delegate) ?? []), device]);
  }
  // Delegates that fail on the same devices share a matcher.
  const delegatesOf = new Map<string, string[]>();
  for (const [delegate, devices] of devicesOf) {
    const key = JSON.stringify([...new Set(devices)].sort());
    delegatesOf.set(key, [...(delegatesOf.get(key) ?? []), delegate]);
  }
  return [...delegatesOf].flatMap(([devices, delegates]) =>
    anyOf(JSON.parse(devices) as string[]).flatMap((device) =>
      anyOf(delegates).map((delegate) => ({ ...scopeMatch(scope), device, delegate })),
    ),
  );
}

/** Matchers for all targets with a CPU feature, a tag or a SoC, on the delegates that have the finding. */
export function sharedMatches(
  kind: Exclude<WaiverCover, 'targets'>,
  value: string,
  targets: readonly NamedTarget[],
  scope: WaiverScope,
): Matcher[] {
  const delegates = [...new Set(targets.map(({ delegate }) => delegate))];
  const wanted = kind === 'tag' ? escapeGlob(value) : value;
  return anyOf(delegates).map((delegate) => ({ ...scopeMatch(scope), delegate, [kind]: wanted }));
}

/** What chooses the kernels of ONNX Runtime, by architecture. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  x86_64: ['avx2', 'vnni'],
  aarch64: ['asimddp', 'i8mm'],
};

/** `x86_64 avx2 !vnni`: the architecture, and the features that all of the targets have or all lack; empty when they share none. */
export function sharedIsa(features: readonly (readonly string[])[]): string {
  const architecture = features[0]?.[0];
  if (architecture === undefined || features.some(([own]) => own !== architecture)) return '';
  const words = (TELLING[architecture] ?? []).flatMap((feature) => {
    const having = features.filter((own) => own.includes(feature)).length;
    if (having === features.length) return feature;
    return having === 0 ? `!${feature}` : [];
  });
  return [architecture, ...words].join(' ');
}

function scopeMatch({ tensor, suite }: WaiverScope): Matcher {
  return {
    ...(suite === undefined ? {} : { suite: escapeGlob(suite) }),
    ...(tensor === '*' ? {} : { tensor: escapeGlob(tensor) }),
  };
}

/** A name as a glob that matches nothing else (config/name-glob.ts). */
function escapeGlob(name: string): string {
  return name.replace(/[\\*?{]/g, '\\$&');
}

/** One glob for all names; where a name holds what alternatives are written with, a glob for each. */
function anyOf(names: readonly string[]): string[] {
  const globs = names.map(escapeGlob);
  if (globs.length === 1 || names.some((name) => /[{},]/.test(name))) return globs;
  return [`{${globs.join(',')}}`];
}
