"""Writes the vectors of test/formats with NumPy, json and struct alone. In this folder: python3 make_vectors.py && npx biome format --write ."""

import io
import json
import struct
import zipfile

import numpy as np

expected = {}


def entry(name, array, dtype=None):
    little = np.ascontiguousarray(array).astype(array.dtype.newbyteorder("<"))
    return {"name": name, "dtype": dtype or array.dtype.name, "shape": list(array.shape), "hex": little.tobytes().hex()}


def save(path, array, version):
    with open(path, "wb") as file:
        np.lib.format.write_array(file, array, version=version)
    expected[path] = [entry(path.removesuffix(".npy"), array)]


# --- .npz: every dtype, stored and deflated, scalar, empty, nested name ---
arrays = {
    name: np.array([[low, 1], [0, high]], dtype=name)
    for name, low, high in [
        ("float64", -1.5, 1e300),
        ("float32", -1.5, 3e38),
        ("float16", -1.5, 65504),
        ("int64", -(2**63), 2**63 - 1),
        ("int32", -(2**31), 2**31 - 1),
        ("int16", -(2**15), 2**15 - 1),
        ("int8", -128, 127),
        ("uint64", 0, 2**64 - 1),
        ("uint32", 0, 2**32 - 1),
        ("uint16", 0, 2**16 - 1),
        ("uint8", 0, 255),
        ("bool", True, False),
    ]
}
arrays["nonfinite"] = np.array([np.nan, np.inf, -np.inf, -0.0, 1e-45], dtype=np.float32)
arrays["scalar"] = np.float32(2.5).reshape(())
arrays["empty"] = np.zeros((0, 3), dtype=np.float32)
arrays["layer/0:weight"] = np.arange(3, dtype=np.int8)
np.savez("stored.npz", **arrays)
np.savez_compressed("deflated.npz", **arrays)
for path in ("stored.npz", "deflated.npz"):
    expected[path] = [entry(name, array) for name, array in arrays.items()]

# --- .npy: formats 1.0 to 3.0, Fortran order, big-endian, text ---
counting = np.arange(24, dtype=np.int16).reshape(2, 3, 4)
save("v1.npy", counting, (1, 0))
save("v2.npy", counting, (2, 0))
save("v3.npy", counting, (3, 0))
save("fortran.npy", np.asfortranarray(counting), (1, 0))
save("big-endian.npy", counting.astype(">i2"), (1, 0))
save("fortran-big-endian.npy", np.asfortranarray(counting.astype(">f8")), (1, 0))
texts = ["", "int8", "Größe", "\U0001f984", "a\0b"]
for path, order in [("text.npy", "<U6"), ("text-big-endian.npy", ">U6")]:
    np.save(path, np.array(texts, dtype=order))
    packed = b"".join(struct.pack("<I", len(text.encode())) + text.encode() for text in texts)
    name = path.removesuffix(".npy")
    expected[path] = [{"name": name, "dtype": "string", "shape": [len(texts)], "hex": packed.hex()}]

# --- .npy that are refused ---
np.save("object.npy", np.array([{}], dtype=object), allow_pickle=True)
np.save("structured.npy", np.zeros(2, dtype=[("a", "<f4"), ("b", "<i4")]))
np.save("complex.npy", np.zeros(2, dtype=np.complex64))
np.save("bytes.npy", np.array([b"ab"]))
np.save("raw.npy", np.zeros(2, dtype="V2"))
np.save("date.npy", np.zeros(2, dtype="M8[s]"))

# --- an archive that is larger than it says, and one that is honest and huge ---
bomb = io.BytesIO()
with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
    buffer = io.BytesIO()
    np.save(buffer, np.zeros(1 << 20, dtype=np.uint8))
    archive.writestr("zeros.npy", buffer.getvalue())
with open("million-zeros.npz", "wb") as file:
    file.write(bomb.getvalue())

# --- safetensors, written by hand: 8 bytes of length, JSON, data ---
tensors = [
    ("bf16", "BF16", "bfloat16", [2], b"\x80\x3f\xc0\x7f"),
    ("f8", "F8_E4M3", "float8e4m3fn", [3], b"\x38\x7f\x80"),
    ("f8b", "F8_E5M2", "float8e5m2", [1], b"\x3c"),
    ("f32", "F32", "float32", [1, 2], struct.pack("<2f", 1.5, float("inf"))),
    ("i64", "I64", "int64", [], struct.pack("<q", -(2**63))),
    ("flag", "BOOL", "bool", [2], b"\x00\x01"),
    ("nothing", "F32", "float32", [0, 4], b""),
]
header, data = {"__metadata__": {"format": "pt"}}, b""
for name, kind, _, shape, content in tensors:
    header[name] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(content)]}
    data += content
text = json.dumps(header).encode()
with open("mixed.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
expected["mixed.safetensors"] = [
    {"name": name, "dtype": dtype, "shape": shape, "hex": content.hex()} for name, _, dtype, shape, content in tensors
]


# --- TensorProto, written by hand: onnx.proto's field numbers ---
def varint(value):
    value &= 2**64 - 1
    out = b""
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def field(number, value):
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def proto(dims, code, *fields, name=b"y", packed=True):
    out = field(1, b"".join(varint(d) for d in dims)) if packed else b"".join(field(1, d) for d in dims)
    return out + field(2, code) + b"".join(fields) + (field(8, name) if name else b"")


def packed(*values):
    return b"".join(varint(value) for value in values)


RAW, FLOATS, INT32S, STRINGS, INT64S, DOUBLES, UINT64S = 9, 4, 5, 6, 7, 10, 11
protos = {
    "raw float32": ("float32", [2], proto([2], 1, field(RAW, struct.pack("<2f", 1, -2))), struct.pack("<2f", 1, -2)),
    "float_data": ("float32", [2], proto([2], 1, field(FLOATS, struct.pack("<2f", 1, -2))), struct.pack("<2f", 1, -2)),
    "unpacked dims": ("int8", [1, 2], proto([1, 2], 3, field(RAW, b"\x80\x7f"), packed=False), b"\x80\x7f"),
    "int8 in int32_data": ("int8", [2], proto([2], 3, field(INT32S, packed(-128, 127))), b"\x80\x7f"),
    "uint8 in int32_data": ("uint8", [2], proto([2], 2, field(INT32S, packed(0, 255))), b"\x00\xff"),
    "int16 in int32_data": ("int16", [1], proto([1], 5, field(INT32S, packed(-32768))), b"\x00\x80"),
    "uint16 in int32_data": ("uint16", [1], proto([1], 4, field(INT32S, packed(65535))), b"\xff\xff"),
    "int32_data": ("int32", [1], proto([1], 6, field(INT32S, packed(-(2**31)))), struct.pack("<i", -(2**31))),
    "bool in int32_data": ("bool", [2], proto([2], 9, field(INT32S, packed(1, 0))), b"\x01\x00"),
    "float16 bits": ("float16", [1], proto([1], 10, field(INT32S, packed(0xFC00))), b"\x00\xfc"),
    "bfloat16 bits": ("bfloat16", [1], proto([1], 16, field(INT32S, packed(0x3F80))), b"\x80\x3f"),
    "int4 nibbles": ("int4", [3], proto([3], 22, field(INT32S, packed(0x8F, 0x07))), b"\x8f\x07"),
    "int64_data": ("int64", [2], proto([2], 7, field(INT64S, packed(2**63 - 1, -1))), struct.pack("<2q", 2**63 - 1, -1)),
    "double_data": ("float64", [1], proto([1], 11, field(DOUBLES, struct.pack("<d", 0.1))), struct.pack("<d", 0.1)),
    "uint32 in uint64_data": ("uint32", [1], proto([1], 12, field(UINT64S, packed(2**32 - 1))), b"\xff\xff\xff\xff"),
    "uint64_data": ("uint64", [1], proto([1], 13, field(UINT64S, packed(2**64 - 1))), b"\xff" * 8),
    "string_data": (
        "string",
        [2],
        proto([2], 8, field(STRINGS, b"int8"), field(STRINGS, "ß".encode())),
        struct.pack("<I", 4) + b"int8" + struct.pack("<I", 2) + "ß".encode(),
    ),
    "scalar": ("float32", [], proto([], 1, field(RAW, struct.pack("<f", 3))), struct.pack("<f", 3)),
    "empty": ("float32", [0, 2], proto([0, 2], 1), b""),
}
refused = {
    "too few raw bytes": proto([2], 1, field(RAW, b"\0" * 7)),
    "too many raw bytes": proto([2], 1, field(RAW, b"\0" * 9)),
    "too few typed values": proto([2], 1, field(FLOATS, b"\0" * 4)),
    "raw and typed data": proto([1], 1, field(RAW, b"\0" * 4), field(FLOATS, b"\0" * 4)),
    "a value beyond its dtype": proto([1], 3, field(INT32S, packed(128))),
    "a value beyond uint32": proto([1], 12, field(UINT64S, packed(2**32))),
    "a negative dimension": proto([-1], 1),
    "raw strings": proto([1], 8, field(RAW, b"a")),
    "too few strings": proto([2], 8, field(STRINGS, b"a")),
    "complex64": proto([1], 14, field(RAW, b"\0" * 8)),
    "no dtype": field(1, b"\x01"),
    "external data": proto([1], 1, field(14, 1)),
    "cut short": proto([1], 1, field(RAW, b"\0" * 4))[:-1],
}
expected["protos"] = {
    name: {"proto": content.hex(), "dtype": dtype, "shape": shape, "hex": data.hex()}
    for name, (dtype, shape, content, data) in protos.items()
}
expected["refused protos"] = {name: content.hex() for name, content in refused.items()}

with open("expected.json", "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
