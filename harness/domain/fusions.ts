import type { TargetName } from './device.ts';
import type { Placement } from './run-files.ts';

/** A node that the runtime made another operator of, on some targets only. */
export interface Fusion {
  readonly operator: string;
  readonly node: string;
  readonly fired: readonly TargetName[];
  readonly notFired: readonly TargetName[];
}

/** ONNX Runtime appends `_token_<n>` to names that it has given already; n depends on the other fusions. */
export function modelNodeName(name: string): string {
  return name.replace(/_token_\d+$/, '');
}

/**
 * Fusions that fired on one target and not on another; targets that attest no nodes are left out.
 * @param operators op type by node name, as the model has them
 */
export function partialFusions(
  operators: ReadonlyMap<string, string>,
  placements: readonly { readonly target: TargetName; readonly placement: Placement }[],
): readonly Fusion[] {
  const attested = placements.filter(
    ({ placement }) => placement.status === 'attested' && placement.nodes.length > 0,
  );
  const found = new Map<string, { operator: string; node: string; fired: Set<TargetName> }>();
  for (const { target, placement } of attested) {
    for (const { name, opType } of placement.nodes) {
      const node = modelNodeName(name);
      const own = operators.get(name) ?? operators.get(node);
      if (own === undefined || own === opType) continue;
      const key = JSON.stringify([node, opType]);
      const fusion = found.get(key) ?? { operator: opType, node, fired: new Set() };
      found.set(key, fusion);
      fusion.fired.add(target);
    }
  }
  return [...found.values()]
    .filter(({ fired }) => fired.size < attested.length)
    .map(({ operator, node, fired }) => ({
      operator,
      node,
      fired: [...fired],
      notFired: attested.map(({ target }) => target).filter((target) => !fired.has(target)),
    }));
}
