import type { TargetName } from './device.ts';
import { groupBy } from './group-by.ts';
import type { PlacedNode, Placement } from './run-files.ts';

/** An operator that the runtime made of the model's, on some targets only. */
export interface Fusion {
  /** As the profile has it; `(NCHWc)` behind it where the runtime took its blocked layout. */
  readonly operator: string;
  /** The model's nodes that it stands for; empty where the runtime's name leads to none. */
  readonly nodes: readonly string[];
  readonly fired: readonly TargetName[];
  readonly notFired: readonly TargetName[];
}

/** What a model says of its own operators. */
export interface ModelOperators {
  /** Op type by node name. */
  readonly opTypes: ReadonlyMap<string, string>;
  /** Name of the node that makes a tensor, by the tensor's name. */
  readonly producers: ReadonlyMap<string, string>;
  /** Every op type, of nodes without a name too. */
  readonly known: ReadonlySet<string>;
}

export interface TargetPlacement {
  readonly target: TargetName;
  readonly placement: Placement;
}

/** What the runtime puts around nodes to move or convert tensors: no operator of the model is in them. */
const MOVERS: ReadonlySet<string> = new Set([
  'Cast',
  'DequantizeLinear',
  'MemcpyFromHost',
  'MemcpyToHost',
  'QuantizeLinear',
  'ReorderInput',
  'ReorderOutput',
  'Transpose',
]);

/** A blocked node is named after the tensor that it makes, which a cast of float16 may have renamed. */
const BLOCKED = /^(?:InsertedPrecisionFreeCast_)?(.+)_nchwc$/;

/** ONNX Runtime appends `_token_<n>` to names that it has given already; n depends on the other fusions. */
function modelNodeName(name: string): string {
  return name.replace(/_token_\d+$/, '');
}

/** True when two of the placements differ in more than the runtime's numbering: only then can a fusion be partial. */
export function placedDifferently(placements: readonly TargetPlacement[]): boolean {
  const signatures = attestedOf(placements).map(({ placement }) =>
    JSON.stringify(placement.nodes.map(({ name, opType }) => `${modelNodeName(name)} ${opType}`).sort()),
  );
  return new Set(signatures).size > 1;
}

/** Fusions that fired on one target and not on another, by operator; targets that attest no nodes are left out. */
export function partialFusions(
  model: ModelOperators,
  placements: readonly TargetPlacement[],
): readonly Fusion[] {
  const targets = attestedOf(placements);
  const found = new Map<string, { operator: string; node: string | undefined; fired: Set<TargetName> }>();
  for (const { target, placement } of targets) {
    for (const placed of placement.nodes) {
      const made = madeOf(model, placed);
      if (!made) continue;
      const key = JSON.stringify([made.operator, made.node ?? null]);
      const entry = found.get(key) ?? { ...made, fired: new Set<TargetName>() };
      found.set(key, entry);
      entry.fired.add(target);
    }
  }
  const partial = [...found.values()].filter(({ fired }) => fired.size < targets.length);
  // Nodes of one operator that fired on the same targets are one line.
  const lines = groupBy(partial, ({ operator, fired }) => JSON.stringify([operator, ...fired]));
  return [...lines.values()].map((group) => {
    const { operator, fired } = group[0]!;
    return {
      operator,
      nodes: group.flatMap(({ node }) => (node === undefined ? [] : [node])),
      fired: [...fired],
      notFired: targets.map(({ target }) => target).filter((target) => !fired.has(target)),
    };
  });
}

function attestedOf(placements: readonly TargetPlacement[]): readonly TargetPlacement[] {
  return placements.filter(({ placement: { status, nodes } }) => status === 'attested' && nodes.length > 0);
}

/** The operator that the runtime made, and of which node of the model; undefined when the node is the model's own. */
function madeOf(
  model: ModelOperators,
  { name, opType }: PlacedNode,
): { readonly operator: string; readonly node: string | undefined } | undefined {
  const node = [name, modelNodeName(name)].find((candidate) => model.opTypes.has(candidate));
  if (node !== undefined) return model.opTypes.get(node) === opType ? undefined : { operator: opType, node };
  const tensor = BLOCKED.exec(modelNodeName(name))?.[1];
  if (tensor !== undefined) return { operator: `${opType} (NCHWc)`, node: model.producers.get(tensor) };
  return model.known.has(opType) || MOVERS.has(opType) ? undefined : { operator: opType, node: undefined };
}
