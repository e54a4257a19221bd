import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { PlacedNode, Placement } from '../../domain/run-files.ts';

const KERNEL_SUFFIX = '_kernel_time';

/** What ONNX Runtime writes per executed kernel (category `Node`, name ending in `_kernel_time`). */
interface ProfileEvent {
  readonly cat?: unknown;
  readonly name?: unknown;
  readonly args?: { readonly op_name?: unknown; readonly provider?: unknown; readonly node_index?: unknown };
}

/** Reads the profile that the runtime left in `folder`; without one nobody knows where the nodes ran. */
export async function readPlacement(folder: string, requested: string): Promise<Placement> {
  const file = (await readdir(folder)).find((name) => name.endsWith('.json'));
  if (file === undefined) return { requested, status: 'unknown', nodes: [] };
  const nodes = placedNodes(JSON.parse(await readFile(path.join(folder, file), 'utf8')));
  return { requested, status: nodes.length === 0 ? 'unknown' : 'attested', nodes };
}

/** Every executed node once, in the order of its first execution, however often the profile saw it. */
export function placedNodes(profile: unknown): PlacedNode[] {
  if (!Array.isArray(profile)) return [];
  const nodes = new Map<string, PlacedNode>();
  for (const event of profile as ProfileEvent[]) {
    const node = placedNode(event);
    if (node) nodes.set(`${event.args?.node_index} ${node.name} ${node.provider}`, node);
  }
  return [...nodes.values()];
}

function placedNode(event: ProfileEvent): PlacedNode | undefined {
  if (event.cat !== 'Node' || typeof event.name !== 'string') return undefined;
  if (!event.name.endsWith(KERNEL_SUFFIX)) return undefined;
  const { op_name: opType, provider } = event.args ?? {};
  if (typeof opType !== 'string' || typeof provider !== 'string') return undefined;
  return { name: event.name.slice(0, -KERNEL_SUFFIX.length), opType, provider };
}
