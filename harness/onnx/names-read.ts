import type { NodeProto } from './proto.ts';

/** Inputs of a node, and what bodies inside it take from the graph around them. */
export function namesRead(node: NodeProto): ReadonlySet<string> {
  const names = new Set((node.input ?? []).filter(Boolean));
  for (const { g, graphs } of node.attribute ?? []) {
    for (const body of [...(g ? [g] : []), ...(graphs ?? [])]) {
      const inside = new Set(
        [...(body.input ?? []), ...(body.initializer ?? [])].map(({ name }) => name ?? ''),
      );
      const taken = new Set<string>();
      for (const each of body.node ?? []) {
        for (const name of namesRead(each)) taken.add(name);
        for (const output of each.output ?? []) inside.add(output);
      }
      // A body may hand on a tensor of the graph around it as it is.
      for (const { name } of body.output ?? []) taken.add(name ?? '');
      for (const name of taken) if (name && !inside.has(name)) names.add(name);
    }
  }
  return names;
}
