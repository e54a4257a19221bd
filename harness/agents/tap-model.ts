/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name. */
const GRAPH = 7;
const OUTPUT = 12;
const NAME = 1;

/**
 * The model with further tensors as outputs. Protobuf merges the occurrences of an embedded message, so a second `graph` behind the
 * model that holds outputs alone adds them to the first, whatever else the model holds; the runtime infers dtype and shape.
 * @param taps names of tensors inside the graph that are no outputs yet
 */
export function withTaps(model: Uint8Array, taps: readonly string[]): Uint8Array {
  if (taps.length === 0) return model;
  const encoder = new TextEncoder();
  const values = taps.map((tap) => delimited(OUTPUT, delimited(NAME, encoder.encode(tap))));
  return joined([model, delimited(GRAPH, joined(values))]);
}

/** A length-delimited field (wire type 2); all numbers here are below 16, so that a tag is one byte. */
function delimited(number: number, value: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([number * 8 + 2, ...varint(value.length)]), value]);
}

function varint(value: number): number[] {
  return value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
}

function joined(parts: readonly Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
