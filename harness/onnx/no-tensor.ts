import type { GraphProto, NodeProto, ValueInfoProto } from './proto.ts';

/** Operators that give a sequence, an optional or a map. */
const GIVES_NO_TENSOR = new Set([
  'SequenceConstruct',
  'SequenceEmpty',
  'SequenceErase',
  'SequenceInsert',
  'SequenceMap',
  'SplitToSequence',
  'Optional',
  'ZipMap',
]);

/** Operators with bodies, and where the body's output for the node's first output stands. */
const FIRST_BODY_OUTPUT: ReadonlyMap<string, number> = new Map([
  ['If', 0],
  ['Loop', 1],
]);

/** Names in a graph that stand for something else than a tensor: it can be neither exposed nor fed. */
export function namesOfNoTensor(graph: GraphProto): ReadonlySet<string> {
  const declared = [...(graph.input ?? []), ...(graph.valueInfo ?? [])].filter(isNoTensor);
  const names = new Set(declared.map(({ name }) => name ?? ''));
  for (const node of graph.node ?? []) {
    const { opType, input, output } = node;
    const handsOn = opType === 'Identity' && names.has(input?.[0] ?? '');
    const all = handsOn || GIVES_NO_TENSOR.has(opType ?? '');
    for (const [at, name] of (output ?? []).entries()) if (all || bodyGivesNone(node, at)) names.add(name);
  }
  return names;
}

function bodyGivesNone({ opType, attribute }: NodeProto, output: number): boolean {
  const first = FIRST_BODY_OUTPUT.get(opType ?? '');
  if (first === undefined) return false;
  return (attribute ?? []).some(({ g }) => {
    const info = g?.output?.[first + output];
    return info !== undefined && (isNoTensor(info) || namesOfNoTensor(g!).has(info.name ?? ''));
  });
}

function isNoTensor({ type }: ValueInfoProto): boolean {
  return Boolean(type?.sequenceType || type?.mapType || type?.optionalType || type?.sparseTensorType);
}
