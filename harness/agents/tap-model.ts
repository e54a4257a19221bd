/** Field numbers of onnx.proto: ModelProto.graph, GraphProto.output, ValueInfoProto.name. */
const GRAPH = 7;
const OUTPUT = 12;
const NAME = 1;

/** Wire types of protobuf (protobuf.dev/programming-guides/encoding). */
const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/**
 * The model with further tensors as outputs. Protobuf merges the occurrences of an embedded message, so a second `graph` behind the
 * model that holds outputs alone adds them to the first, whatever else the model holds; the runtime infers dtype and shape.
 * @param taps names of tensors inside the graph; one that is an output already is left out
 * @throws Error when the bytes are no protobuf message
 */
export function withTaps(model: Uint8Array, taps: readonly string[]): Uint8Array {
  if (taps.length === 0) return model;
  const outputs = outputNames(model);
  const added = [...new Set(taps)].filter((tap) => !outputs.has(tap));
  if (added.length === 0) return model;
  const encoder = new TextEncoder();
  const values = added.map((tap) => delimited(OUTPUT, delimited(NAME, encoder.encode(tap))));
  return joined([model, delimited(GRAPH, joined(values))]);
}

function outputNames(model: Uint8Array): ReadonlySet<string> {
  const infos = messagesIn(model, GRAPH).flatMap((graph) => messagesIn(graph, OUTPUT));
  return new Set(
    infos.flatMap((info) => messagesIn(info, NAME)).map((name) => new TextDecoder().decode(name)),
  );
}

/** The values of one length-delimited field of a message. */
function messagesIn(message: Uint8Array, wanted: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = 0; at < message.length; ) {
    const tag = readVarint(message, at);
    const [number, type] = [Math.floor(tag.value / 8), tag.value % 8];
    if (type === DELIMITED) {
      const length = readVarint(message, tag.end);
      at = length.end + length.value;
      if (number === wanted && at <= message.length) found.push(message.subarray(length.end, at));
    } else if (type === VARINT) at = readVarint(message, tag.end).end;
    else if (type === FIXED64) at = tag.end + 8;
    else if (type === FIXED32) at = tag.end + 4;
    else throw damaged();
    if (at > message.length) throw damaged();
  }
  return found;
}

function readVarint(message: Uint8Array, at: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = message[at + index];
    if (byte === undefined) break;
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, end: at + index + 1 };
  }
  throw damaged();
}

function damaged(): Error {
  return new Error(
    'No tensor inside the model can be exposed: its bytes are no ONNX model, or they are damaged.',
  );
}

/** All numbers here are below 16, so that a tag is one byte. */
function delimited(number: number, value: Uint8Array): Uint8Array {
  return joined([Uint8Array.from([number * 8 + DELIMITED, ...varint(value.length)]), value]);
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
