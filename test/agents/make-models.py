"""Writes the tiny ONNX models and expected values of this folder's tests: python3 make-models.py

Models are encoded by hand (protobuf wire format, field numbers of onnx.proto3), values come from Python and NumPy.
"""
import json
import pathlib
import numpy as np

HERE = pathlib.Path(__file__).parent
FLOAT, UINT8, INT8, UINT16, INT16, INT32, INT64, STRING, BOOL, FLOAT16, DOUBLE, UINT32, UINT64, BFLOAT16 = [
    1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 16]


def varint(value):
    out = b''
    while value > 127:
        out += bytes([value & 127 | 128])
        value >>= 7
    return out + bytes([value])


def number(field, value):
    return varint(field << 3) + varint(value)


def data(field, content):
    content = content.encode() if isinstance(content, str) else content
    return varint(field << 3 | 2) + varint(len(content)) + content


def value_info(name, elem_type, shape):
    dims = b''.join(data(1, number(1, size)) for size in shape)
    return data(1, name) + data(2, data(1, number(1, elem_type) + data(2, dims)))


def sequence_info(name, elem_type, shape):
    dims = b''.join(data(1, number(1, size)) for size in shape)
    return data(1, name) + data(2, data(4, data(1, data(1, number(1, elem_type) + data(2, dims)))))


def node(op, inputs, outputs):
    return b''.join(data(1, name) for name in inputs) + b''.join(data(2, name) for name in outputs) + data(3, f'{op}_{outputs[0]}') + data(4, op)


def model(nodes, inputs, outputs, initializers=()):
    graph = b''.join(data(1, n) for n in nodes) + data(2, 'g')
    graph += b''.join(data(5, i) for i in initializers) + b''.join(data(11, i) for i in inputs) + b''.join(data(12, o) for o in outputs)
    return number(1, 8) + data(8, data(1, '') + number(2, 17)) + data(7, graph)


TYPES = {'float32': FLOAT, 'float64': DOUBLE, 'float16': FLOAT16, 'int64': INT64, 'int32': INT32, 'int16': INT16, 'int8': INT8,
         'uint64': UINT64, 'uint32': UINT32, 'uint16': UINT16, 'uint8': UINT8, 'bool': BOOL, 'string': STRING}
SHAPE = [2, 3]
(HERE / 'identity.onnx').write_bytes(model(
    [node('Identity', [f'x_{t}'], [f'y_{t}']) for t in TYPES],
    [value_info(f'x_{t}', e, SHAPE) for t, e in TYPES.items()],
    [value_info(f'y_{t}', e, SHAPE) for t, e in TYPES.items()]))

# Bytes that a careless path would change: NaN payloads, a signalling NaN, -0, subnormals, 64-bit integers beyond 2^53, text.
F32 = [0x7FC12345, 0xFFC00001, 0x80000000, 0x00000001, 0x7F800000, 0xFF7FFFFF]
F64 = [0x7FF8123456789ABC, 0x8000000000000000, 1, 0x7FF0000000000000, 0xFFEFFFFFFFFFFFFF, 0x3FF0000000000001]
F16 = [0x7E01, 0xFE55, 0x8000, 0x0001, 0x7C00, 0xFBFF]
TEXTS = ['', 'a', 'ü', '数字', 'a b', '🙂']
strings = b''.join(len(t.encode()).to_bytes(4, 'little') + t.encode() for t in TEXTS)
bits = {'float32': np.array(F32, '<u4'), 'float64': np.array(F64, '<u8'), 'float16': np.array(F16, '<u2'),
        'int64': np.array([2**53 + 1, -(2**63), 2**63 - 1, -1, 0, 1], '<i8'), 'int32': np.array([-(2**31), 2**31 - 1, -1, 0, 1, 7], '<i4'),
        'int16': np.array([-(2**15), 2**15 - 1, -1, 0, 1, 7], '<i2'), 'int8': np.array([-128, 127, -1, 0, 1, 7], 'i1'),
        'uint64': np.array([2**64 - 1, 2**53 + 1, 0, 1, 2, 3], '<u8'), 'uint32': np.array([2**32 - 1, 0, 1, 2, 3, 4], '<u4'),
        'uint16': np.array([65535, 0, 1, 2, 3, 4], '<u2'), 'uint8': np.array([255, 0, 1, 2, 3, 4], 'u1'), 'bool': np.array([1, 0, 1, 1, 0, 0], 'u1')}
identity = {t: bits[t].tobytes().hex() if t in bits else strings.hex() for t in TYPES}

# MatMulInteger, uint8 × int8 at full range. Exact sums, and what AVX2 without VNNI gives: vpmaddubsw adds two products into
# an int16 with saturation before the sums are widened.
rng = np.random.default_rng(7)
a = rng.integers(0, 256, (1, 64), dtype=np.uint8)
a[0, :8] = 255
b = rng.integers(-128, 128, (64, 8), dtype=np.int8)
b[:8, 0], b[:8, 1] = 127, -128
exact = a.astype(np.int32) @ b.astype(np.int32)
pairs = a.astype(np.int32).reshape(32, 2, 1) * b.astype(np.int32).reshape(32, 2, 8)
saturated = np.clip(pairs.sum(axis=1), -(2**15), 2**15 - 1).sum(axis=0).astype(np.int32).reshape(1, 8)
assert (exact != saturated).any()
weights = number(1, 64) + number(1, 8) + number(2, INT8) + data(8, 'B') + data(9, b.tobytes())
(HERE / 'matmul-u8s8.onnx').write_bytes(model(
    [node('MatMulInteger', ['A', 'B'], ['Y'])], [value_info('A', UINT8, [1, 64])], [value_info('Y', INT32, [1, 8])], [weights]))

# Two nodes as it stands, one once optimized.
(HERE / 'identity-chain.onnx').write_bytes(model(
    [node('Identity', ['x'], ['t']), node('Identity', ['t'], ['y'])], [value_info('x', FLOAT, [1])], [value_info('y', FLOAT, [1])]))

# What the node binding cannot hand over.
(HERE / 'bfloat16.onnx').write_bytes(model(
    [node('Identity', ['x'], ['y'])], [value_info('x', BFLOAT16, [1])], [value_info('y', BFLOAT16, [1])]))
(HERE / 'sequence.onnx').write_bytes(model(
    [node('SequenceConstruct', ['x'], ['y'])], [value_info('x', FLOAT, [1])], [sequence_info('y', FLOAT, [1])]))

(HERE / 'expected.json').write_text(json.dumps({
    'identity': {'shape': SHAPE, 'bytes': identity},
    'matmul': {'input': a.tobytes().hex(), 'exact': exact.astype('<i4').tobytes().hex(), 'saturated': saturated.astype('<i4').tobytes().hex()},
}, indent=1) + '\n')
