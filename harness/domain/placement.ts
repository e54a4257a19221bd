import type { Placement } from './run-files.ts';

/** What runtimes call the providers in their profiles. */
const PROFILE_NAMES: Readonly<Record<string, readonly string[]>> = {
  cpu: ['CPUExecutionProvider'],
  wasm: ['CPUExecutionProvider'],
  webgpu: ['WebGpuExecutionProvider', 'JsExecutionProvider'],
};

/** True when a node that the profile puts on `provider` ran where `requested` asked for. */
export function ranAsRequested(requested: string, provider: string): boolean {
  const names = PROFILE_NAMES[requested];
  return names ? names.includes(provider) : provider.toLowerCase().startsWith(requested.toLowerCase());
}

/** Nodes that ran on another provider than the one asked for; NaN when nobody attested where they ran. */
export function fallbackNodes(placement: Placement): number {
  if (placement.status !== 'attested' || placement.nodes.length === 0) return Number.NaN;
  const known = fallbacks.get(placement);
  if (known !== undefined) return known;
  const count = placement.nodes.filter((node) => !ranAsRequested(placement.requested, node.provider)).length;
  fallbacks.set(placement, count);
  return count;
}

/** Targets of a large fleet whose nodes ran alike hold one placement. */
const fallbacks = new WeakMap<Placement, number>();
