"""Writes the pairs of the conformance suite with NumPy.

    python3 test/conformance/files/make_files.py

Every tensor of differ.*, refuse.* and agree.* is a pair of its own: what must become of it stands in
../must-not-pass.ts and ../must-pass.ts, by name. The same NumPy gives the same arrays; safetensors and ONNX tensors, which
NumPy has not, are written by hand.
"""

import json
import pathlib
import struct
import zipfile

import numpy as np

HERE = pathlib.Path(__file__).parent
f2, f4, f8 = np.float16, np.float32, np.float64
NAN, INF = np.nan, np.inf
MAX32 = np.finfo(f4).max


def a(values, dtype=f4):
    return np.array(values, dtype=dtype)


def payload(bits):
    """float32 from its bits: NumPy would make every NaN the same."""
    return np.array(bits, dtype=np.uint32).view(f4)


def one_off(length, at, dtype=f4):
    """Zeros with a single one."""
    x = np.zeros(length, dtype)
    x[at] = 1
    return x


ramp = np.arange(24, dtype=f4).reshape(4, 6)
square = np.arange(36, dtype=f4).reshape(6, 6)
rng = np.random.default_rng(2026)
noise = rng.standard_normal((32, 32)).astype(f4)

# name: (reference, candidate)
DIFFER = {
    # integers that wrap around, and that float64 cannot tell apart
    "int32-max-min": (a([2**31 - 1], np.int32), a([-(2**31)], np.int32)),
    "int64-max-minus-one": (a([2**63 - 1], np.int64), a([-1], np.int64)),
    "int64-min-max": (a([-(2**63)], np.int64), a([2**63 - 1], np.int64)),
    "uint64-zero-max": (a([0], np.uint64), a([2**64 - 1], np.uint64)),
    "uint32-zero-max": (a([0], np.uint32), a([2**32 - 1], np.uint32)),
    "uint16-zero-max": (a([0], np.uint16), a([2**16 - 1], np.uint16)),
    "int16-min-max": (a([-(2**15)], np.int16), a([2**15 - 1], np.int16)),
    "uint8-zero-max": (a([0], np.uint8), a([255], np.uint8)),
    "int8-min-max": (a([-128], np.int8), a([127], np.int8)),
    "int64-beyond-float64": (a([2**53], np.int64), a([2**53 + 1], np.int64)),
    "uint64-last-two": (a([2**64 - 1], np.uint64), a([2**64 - 2], np.uint64)),
    "int8-off-by-one": (a([1, 2, 3], np.int8), a([1, 2, 4], np.int8)),
    # NaN and infinity
    "nan-in-candidate": (a([0, 0]), a([0, NAN])),
    "nan-in-reference": (a([0, NAN]), a([0, 0])),
    "nan-everywhere": (a([1, 2]), a([NAN, NAN])),
    "nan-on-both-sides": (a([1, NAN]), a([1, NAN])),
    "nan-of-another-payload": (payload([0x7FC00001]), payload([0x7FC00002])),
    "nan-moved": (a([NAN, 1, 1]), a([1, NAN, 1])),
    "inf-sign-swapped": (a([INF, 1]), a([-INF, 1])),
    "inf-became-max": (a([INF]), a([MAX32])),
    "max-became-inf": (a([MAX32]), a([INF])),
    "inf-became-finite": (a([INF, 1]), a([7, 1])),
    "inf-became-nan": (a([INF, 1]), a([NAN, 1])),
    "float16-overflow": (a([65504], f2), a([INF], f2)),
    "float64-overflow": (a([-1.7e308], f8), a([1.7e308], f8)),
    # right numbers in the wrong place
    "permuted": (a([1, 2, 3]), a([3, 1, 2])),
    "reversed": (ramp, ramp[::-1, ::-1]),
    "rolled-by-one": (ramp, np.roll(ramp, 1)),
    "transposed-values": (square, np.ascontiguousarray(square.T)),
    "layout-nchw-nhwc": (
        np.arange(16, dtype=f4).reshape(1, 2, 2, 4),
        np.arange(16, dtype=f4).reshape(1, 4, 2, 2).transpose(0, 2, 3, 1).copy(),
    ),
    "bytes-swapped": (noise, noise.byteswap()),
    "read-as-fortran": (square, np.frombuffer(square.tobytes(), f4).reshape((6, 6), order="F")),
    # errors that an average hides
    "sign-flipped": (noise, -noise),
    "offset": (noise, noise + f4(0.01)),
    "scaled-cosine-one": (noise, noise * f4(2)),
    "errors-cancel": (np.zeros(4, f4), a([1, -1, 1, -1])),
    "zero-became-small": (np.zeros(8, f4), np.full(8, 1e-4, f4)),
    "became-zero": (noise, np.zeros_like(noise)),
    "tiny-became-zero": (np.full(4, 1e-4, f4), np.zeros(4, f4)),
    "first-of-a-block": (np.zeros(4096, f4), one_off(4096, 0)),
    "last-of-a-block": (np.zeros(4096, f4), one_off(4096, 1023)),
    "last-of-an-odd-length": (np.zeros(1025, f4), one_off(1025, 1024)),
    "first-of-a-stretch": (np.zeros(131073, f4), one_off(131073, 65536)),
    "last-of-all": (np.zeros(131073, f4), one_off(131073, 131072)),
    "last-int8-of-all": (np.zeros(131073, np.int8), one_off(131073, 131072, np.int8)),
    "last-float16-of-all": (np.zeros(65537, f2), one_off(65537, 65536, f2)),
    # differences that a narrower type does not see
    "float64-equal-as-float32": (a([1], f8), a([1 + 3e-7], f8)),
    "float32-equal-as-float16": (a([1]), a([1 + 2e-4])),
    "float16-two-steps": (a([1], f2), a([1 + 2 * 2**-10], f2)),
    "scalar": (a(1), a(2)),
    # neither numbers nor close
    "bool-flipped": (a([True, False], bool), a([True, True], bool)),
    "bool-inverted": (a([True, False], bool), a([False, True], bool)),
    "string-other": (np.array(["cat", "dog"]), np.array(["cat", "cow"])),
    "string-case": (np.array(["Cat"]), np.array(["cat"])),
    "string-space": (np.array(["cat"]), np.array(["cat "])),
    "string-empty": (np.array(["cat", ""]), np.array(["", "cat"])),
    "string-look-alike": (np.array(["\u00e9"]), np.array(["e\u0301"])),
}

REFUSE = {
    "float32-float64": (a([1, 2]), a([1, 2], f8)),
    "float32-float16": (a([1, 2]), a([1, 2], f2)),
    "float32-int64": (a([1, 2]), a([1, 2], np.int64)),
    "float32-int32-of-same-bytes": (a([1, 2]), a([1, 2]).view(np.int32)),
    "int8-uint8-of-same-bytes": (a([1, 2], np.int8), a([1, 2], np.uint8)),
    "int64-uint64-of-same-bytes": (a([1, 2], np.int64), a([1, 2], np.uint64)),
    "bool-uint8-of-same-bytes": (a([True, False], bool), a([1, 0], np.uint8)),
    "string-int64": (np.array(["1"]), a([1], np.int64)),
    "shape-transposed": (ramp, ramp.reshape(6, 4)),
    "shape-flat": (ramp, ramp.reshape(-1)),
    "shape-with-one-more-axis": (ramp, ramp.reshape(1, 4, 6)),
    "shape-longer": (a([1, 2]), a([1, 2, 3])),
    "shape-that-broadcasts": (a([1, 1, 1, 1]), a([1])),
    "shape-that-broadcasts-rows": (np.ones((4, 6), f4), np.ones((1, 6), f4)),
    "scalar-one-element": (a(1), a([1])),
    "scalar-empty": (a(1), a([])),
    "empty-one-element": (a([]), a([1])),
    "empty-of-other-shape": (np.zeros((0, 3), f4), np.zeros((3, 0), f4)),
    "string-shape": (np.array(["a", "b"]), np.array([["a", "b"]])),
    "empty-of-other-type": (a([]), a([], f8)),
}

AGREE = {
    **{
        f"same-{dtype.__name__}": (a([0, 1, 1, 0], dtype), a([0, 1, 1, 0], dtype))
        for dtype in [f2, f4, f8, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64]
    },
    "same-bool": (a([True, False], bool), a([True, False], bool)),
    "same-string": (np.array(["cat", "", "\u00e9"]), np.array(["cat", "", "\u00e9"])),
    "same-string-of-other-width": (np.array(["cat"], "U3"), np.array(["cat"], "U9")),
    "same-int32-extremes": (a([2**31 - 1, -(2**31)] * 3, np.int32), a([2**31 - 1, -(2**31)] * 3, np.int32)),
    "same-int64-extremes": (a([2**63 - 1, -(2**63)], np.int64), a([2**63 - 1, -(2**63)], np.int64)),
    "same-uint64-extremes": (a([2**64 - 1, 0], np.uint64), a([2**64 - 1, 0], np.uint64)),
    "same-float64-extremes": (a([1.7e308, -1.7e308, 5e-324], f8), a([1.7e308, -1.7e308, 5e-324], f8)),
    "same-scalar": (a(1), a(1)),
    "same-zeros": (np.zeros(4, f4), np.zeros(4, f4)),
    "same-empty": (np.zeros((0, 3), f4), np.zeros((0, 3), f4)),
    "same-large": (np.arange(65537).astype(np.int8), np.arange(65537).astype(np.int8)),
    "other-byte-order": (noise, noise.astype(">f4")),
    "other-memory-order": (square, np.asfortranarray(square)),
    "other-sign-of-zero": (a([0.0, -0.0]), a([-0.0, 0.0])),
    "infinities-in-place": (a([INF, -INF, 1]), a([INF, -INF, 1])),
    "float32-next": (noise, np.nextafter(noise, f4(INF))),
    "float32-within": (a([1000, 0]), a([1000.001, 9e-6])),
    "float16-next": (a([1, 1000], f2), np.nextafter(a([1, 1000], f2), f2(INF))),
    "float64-within": (a([1], f8), a([1 + 1e-7], f8)),
    "subnormal-flushed": (a([1e-40]), a([0])),
}


def pairs(name, table, extra=({}, {}), save=np.savez):
    """Candidates are deflated, and in the opposite order: neither may matter."""
    reference = {key: left for key, (left, _) in table.items()} | extra[0]
    candidate = {key: right for key, (_, right) in reversed(table.items())} | extra[1]
    save(HERE / f"{name}.reference.npz", **reference)
    np.savez_compressed(HERE / f"{name}.candidate.npz", **candidate)


TOLERANCES = {"float16": (1e-3, 1e-5), "float32": (1.3e-6, 1e-5), "float64": (1e-7, 1e-7)}


def numpy_says(reference, candidate):
    """numpy.allclose under PyTorch's tolerances, in float64; what is no float is equal or not."""
    if reference.dtype.kind != "f":
        return bool(np.array_equal(candidate, reference))
    rtol, atol = TOLERANCES[reference.dtype.newbyteorder("=").name]
    with np.errstate(all="ignore"):
        return bool(np.allclose(candidate.astype(f8), reference.astype(f8), rtol=rtol, atol=atol))


def safetensors(name, tensors):
    """tensors: name -> (dtype, shape, bytes)"""
    header, data = {}, b""
    for key, (dtype, shape, raw) in tensors.items():
        header[key] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    (HERE / name).write_bytes(struct.pack("<Q", len(text)) + text + data)


def u16(*values):
    return struct.pack(f"<{len(values)}H", *values)


def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128])
        n >>= 7
    return out + bytes([n])


def onnx_tensor(name, values):
    """A TensorProto of float32: dims (1), data_type (2) = FLOAT, name (8), raw_data (9)."""
    raw = np.asarray(values, f4).tobytes()
    fields = [b"\x08" + varint(len(values)), b"\x10\x01"]
    fields += [b"\x42" + varint(len(name)) + name.encode()] if name else []
    fields += [b"\x4a" + varint(len(raw)) + raw]
    return b"".join(fields)


def main():
    swapped = ({"swapped-1": a([1]), "swapped-2": a([2])}, {"swapped-1": a([2]), "swapped-2": a([1])})
    pairs("differ", DIFFER, swapped, np.savez_compressed)
    only = ("missing", "renamed-from", "Upper", "dash-name")
    other = ("extra", "renamed-to", "upper", "dash_name")
    pairs("refuse", REFUSE, ({key: a([1]) for key in only}, {key: a([1]) for key in other}))
    pairs("agree", AGREE)

    said = {key: numpy_says(*pair) for key, pair in (DIFFER | AGREE).items()}
    (HERE / "numpy-says.json").write_text(json.dumps(said, indent=1) + "\n")

    # 1 = 0x3f80; 0x3f90 is 1.125 in bfloat16 and 1.890625 in float16; 0x38 is 1 in float8 e4m3fn, 0x3c is 1 in e5m2
    safetensors(
        "narrow.reference.safetensors",
        {
            "bfloat16-differs": ("BF16", [2], u16(0x3F80, 0x3F80)),
            "bfloat16-close": ("BF16", [2], u16(0x3F80, 0x3F80)),
            "bfloat16-nan": ("BF16", [1], u16(0x3F80)),
            "bfloat16-as-float16": ("BF16", [1], u16(0x3F80)),
            "float8-differs": ("F8_E4M3", [2], bytes([0x38, 0x38])),
            "float8-nan": ("F8_E4M3", [1], bytes([0x7E])),
            "float8-same": ("F8_E5M2", [2], bytes([0x3C, 0x00])),
            "float8-of-other-kind": ("F8_E4M3", [1], bytes([0x38])),
        },
    )
    safetensors(
        "narrow.candidate.safetensors",
        {
            "float8-of-other-kind": ("F8_E5M2", [1], bytes([0x38])),
            "float8-same": ("F8_E5M2", [2], bytes([0x3C, 0x80])),  # -0
            "float8-nan": ("F8_E4M3", [1], bytes([0x7F])),
            "float8-differs": ("F8_E4M3", [2], bytes([0x38, 0x39])),
            "bfloat16-as-float16": ("F16", [1], u16(0x3F80)),
            "bfloat16-nan": ("BF16", [1], u16(0x7FC0)),
            "bfloat16-close": ("BF16", [2], u16(0x3F80, 0x3F81)),
            "bfloat16-differs": ("BF16", [2], u16(0x3F80, 0x3F90)),
        },
    )

    for folder, value in [("reference", 1.0), ("candidate", 1.5)]:
        target = HERE / f"onnx.{folder}" / "test_data_set_0"
        target.mkdir(parents=True, exist_ok=True)
        (target / "input_0.pb").write_bytes(onnx_tensor("x", [1, 2]))
        (target / "output_0.pb").write_bytes(onnx_tensor("y", [value, 2]))

    np.savez(HERE / "nothing.npz")
    np.savez(HERE / "empty.npz", y=a([]))
    np.savez(HERE / "object.npz", y=np.array([{"a": 1}], dtype=object))
    np.savez(HERE / "complex.npz", y=a([1 + 2j], np.complex64))
    np.savez(HERE / "one.npz", y=a([1, 2]))
    with zipfile.ZipFile(HERE / "twice.npz", "w") as archive:
        member = zipfile.ZipFile(HERE / "one.npz").read("y.npy")
        archive.writestr("y.npy", member)
        archive.writestr("y.npy", member)


main()
