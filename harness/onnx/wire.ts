import { UserError } from '../domain/user-error.ts';

/**
 * Protobuf on the wire (protobuf.dev/programming-guides/encoding): a message as the list of its fields, each with its own bytes.
 * Models are edited by these, so that whatever this project does not know of a newer ONNX stays as it is.
 */
export interface WireField {
  /** Number of the field. */
  readonly number: number;
  /** Tag and value, as they stand. */
  readonly bytes: Uint8Array;
  /** The value of a length-delimited field (wire type 2): a string, bytes or a message; else undefined. */
  readonly value: Uint8Array | undefined;
}

const VARINT = 0;
const FIXED64 = 1;
const DELIMITED = 2;
const FIXED32 = 5;

/** @throws UserError E_NOT_A_MODEL */
export function readFields(message: Uint8Array, file: string): readonly WireField[] {
  const fields: WireField[] = [];
  for (let at = 0; at < message.length; ) {
    const start = at;
    const tag = readVarint(message, at, file);
    const [number, type] = [Math.floor(tag.value / 8), tag.value % 8];
    at = tag.end;
    let value: Uint8Array | undefined;
    if (type === VARINT) at = readVarint(message, at, file).end;
    else if (type === FIXED64) at += 8;
    else if (type === FIXED32) at += 4;
    else if (type === DELIMITED) {
      const length = readVarint(message, at, file);
      at = length.end + length.value;
      if (at <= message.length) value = message.subarray(length.end, at);
    } else throw damaged(file, start, `wire type ${type} is none that ONNX uses`);
    if (number === 0) throw damaged(file, start, 'a field has the number 0');
    if (at > message.length) throw damaged(file, start, 'a field ends beyond its message');
    fields.push({ number, bytes: message.subarray(start, at), value });
  }
  return fields;
}

/** A length-delimited field. */
export function delimited(number: number, value: Uint8Array): Uint8Array {
  return joined([varint(number * 8 + DELIMITED), varint(value.length), value]);
}

export function textField(number: number, text: string): Uint8Array {
  return delimited(number, new TextEncoder().encode(text));
}

/** A whole number from 0 up. */
export function numberField(number: number, value: number): Uint8Array {
  return joined([varint(number * 8 + VARINT), varint(value)]);
}

export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** UTF-8 of a string field. */
export function textOf({ value }: WireField): string {
  return value ? new TextDecoder().decode(value) : '';
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  for (let rest = value; ; rest = Math.floor(rest / 128)) {
    if (rest < 128) {
      bytes.push(rest);
      return Uint8Array.from(bytes);
    }
    bytes.push((rest % 128) + 128);
  }
}

/** Of at most ten bytes; beyond 2^53 the value is not exact, and no length or number is that large. */
function readVarint(message: Uint8Array, at: number, file: string): { value: number; end: number } {
  let value = 0;
  for (let index = 0; index < 10; index++) {
    const byte = message[at + index];
    if (byte === undefined) throw damaged(file, at, 'a number is cut short');
    value += (byte & 127) * 2 ** (7 * index);
    if (byte < 128) return { value, end: at + index + 1 };
  }
  throw damaged(file, at, 'a number has more than ten bytes');
}

function damaged(file: string, offset: number, reason: string): UserError {
  return new UserError(
    'E_NOT_A_MODEL',
    `The file is no ONNX model, or it is cut short: ${reason} (at byte ${offset} of its message).`,
    {
      place: { file },
      remedies: ['name a .onnx file; other formats must be converted to ONNX first'],
    },
  );
}
