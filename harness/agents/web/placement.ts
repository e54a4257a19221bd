import type { PlacedNode } from '../../domain/run-files.ts';

interface ProfileEvent {
  readonly cat?: string;
  readonly name?: string;
  readonly args?: { readonly op_name?: string; readonly provider?: string; readonly node_index?: string };
}

const KERNEL_TIME = '_kernel_time';

const METHODS = ['log', 'info', 'warn', 'error', 'debug'] as const;

/**
 * onnxruntime-web has no file to write its profile to: `endProfiling` prints it on the console, one JSON event a line. Its
 * WebAssembly takes hold of the console's functions when it is loaded, so these must be replaced before that. Answers what
 * was printed while `work` ran; at other times the console is what it was.
 */
export function interceptConsole(): (work: () => void) => readonly string[] {
  let lines: string[] | undefined;
  for (const method of METHODS) {
    const original = console[method].bind(console);
    console[method] = (...parts: unknown[]) => {
      if (lines) lines.push(...parts.map(String).join(' ').split('\n'));
      else original(...parts);
    };
  }
  return (work) => {
    const printed: string[] = [];
    lines = printed;
    try {
      work();
    } finally {
      lines = undefined;
    }
    return printed;
  };
}

/** Events of category `Node` whose name ends in `_kernel_time` say which provider ran which node of the optimized graph. */
export function placedNodes(profile: readonly string[]): readonly PlacedNode[] {
  const nodes = new Map<string, PlacedNode>();
  for (const line of profile) {
    const event = parseEvent(line);
    if (event?.cat !== 'Node' || !event.name?.endsWith(KERNEL_TIME)) continue;
    const name = event.name.slice(0, -KERNEL_TIME.length);
    const { op_name: opType = '', provider = '', node_index: index = '' } = event.args ?? {};
    nodes.set(`${index} ${name} ${provider}`, { name, opType, provider });
  }
  return [...nodes.values()];
}

/** Lines of other writers stand between the events: those are no profile. */
function parseEvent(line: string): ProfileEvent | undefined {
  const text = line.trim().replace(/,$/, '');
  if (!text.startsWith('{') || !text.endsWith('}')) return undefined;
  try {
    return JSON.parse(text) as ProfileEvent;
  } catch {
    return undefined;
  }
}
