"""Expected kl, js and row_sum_error for test/numerics/divergence.test.ts: exact rationals, logarithms with 60 digits.

Writes divergence.ndjson beside itself. Run: python3 test/numerics/vectors/make_divergence.py (NumPy >= 2).
`size` is the sum of |term| of the worst row, by which the error of a sum is measured.
"""

import base64
import json
import math
import pathlib
from fractions import Fraction

import numpy as np

from make_vectors import FLOATS, decimal, decode, pack, patterns_of, spelled

HERE = pathlib.Path(__file__).parent
RNG = np.random.default_rng(3)
CASES = []


def tolerance(dtype, n, step):
    if dtype not in FLOATS:
        return Fraction(0)
    _, fraction_bits, bias, _ = FLOATS[dtype]
    u = Fraction(1, 2 ** (fraction_bits + 1))
    subnormal = Fraction(2) ** (1 - bias - fraction_bits)
    return 2 * u + n * (min(u, Fraction(1, 2**24)) + subnormal / 2 + Fraction(step) / 2)


def terms(p, q):
    return [decimal(a) * (decimal(a / b)).ln() if b else math.inf for a, b in zip(p, q) if a]


def case(name, dtype, shape, reference, candidate, step=0.0, bits=False):
    sides = [patterns_of(dtype, side) if not bits else list(side) for side in (reference, candidate)]
    values = [[decode(dtype, b) for b in side] for side in sides]
    length = shape[-1] if shape else 1
    rows = len(values[0]) // length if length else 0
    kl, js, row_sum_error, size = [], [], [], [0.0]
    for i in range(rows):
        r, c = (side[i * length : (i + 1) * length] for side in values)
        if any(isinstance(x, str) for x in r + c):
            kl.append(math.nan), js.append(math.nan), row_sum_error.append(math.nan)
            continue
        off = max(abs(sum(r) - 1), abs(sum(c) - 1))
        row_sum_error.append(float(off))
        if off > tolerance(dtype, length, step) or min(r + c) < 0:
            kl.append(math.nan), js.append(math.nan)
            continue
        middle = [(a + b) / 2 for a, b in zip(r, c)]
        kl_terms, js_terms = terms(r, c), terms(r, middle) + terms(c, middle)
        kl.append(float(sum(kl_terms)) if math.inf not in kl_terms else math.inf)
        js.append(min(math.log(2), float(sum(js_terms) / 2)))
        size.append(float(sum(abs(t) for t in kl_terms + js_terms if t != math.inf)))
    worst = lambda found: 0.0 if not found else math.nan if any(map(math.isnan, found)) else max(found)
    CASES.append(
        {
            "name": name,
            "dtype": dtype,
            "shape": list(shape),
            "reference": base64.b64encode(pack(dtype, sides[0])).decode(),
            "candidate": base64.b64encode(pack(dtype, sides[1])).decode(),
            **({"step": step} if step else {}),
            "kl": spelled(worst(kl)),
            "js": spelled(worst(js)),
            "row_sum_error": spelled(worst(row_sum_error)),
            "size": max(size),
        }
    )


def softmax(shape, noise=0.0, temperature=1.0, base=None):
    logits = RNG.normal(0, temperature, shape) if base is None else base
    logits = logits + (RNG.normal(0, noise, shape) if noise else 0)
    e = np.exp(logits - logits.max(-1, keepdims=True))
    return logits, e / e.sum(-1, keepdims=True)


def pair(dtype, shape, noise, temperature=1.0):
    logits, r = softmax(shape, temperature=temperature)
    _, c = softmax(shape, noise=noise, base=logits)
    kind = {"bfloat16": np.float32}.get(dtype, dtype)
    return [side.astype(kind).ravel() for side in (r, c)]


def build():
    for dtype in ("float64", "float32", "float16", "bfloat16"):
        case(f"{dtype} softmax", dtype, (3, 10), *pair(dtype, (3, 10), 0.1))
        if dtype != "bfloat16":
            case(f"{dtype} softmax of many classes", dtype, (2, 1000), *pair(dtype, (2, 1000), 1e-3, 4.0))
    case("nearly the same", "float64", (1, 8), *pair("float64", (1, 8), 1e-9))
    case("far apart", "float32", (4, 6), *pair("float32", (4, 6), 10.0, 10.0))
    case("three axes", "float32", (2, 2, 4), *pair("float32", (2, 2, 4), 0.5))
    case("the same", "float32", (2, 3), [0.25, 0.25, 0.5] * 2, [0.25, 0.25, 0.5] * 2)
    case("a candidate's 0 is infinitely far", "float32", (2, 2), [0.5, 0.5, 0.5, 0.5], [0.5, 0.5, 1.0, 0.0])
    case("a reference's 0 adds nothing", "float32", (1, 2), [1.0, 0.0], [0.5, 0.5])
    case("nothing in common", "float32", (1, 2), [1.0, 0.0], [0.0, 1.0])
    case("0 on both sides", "float32", (1, 3), [0.5, 0.5, 0.0], [0.25, 0.75, 0.0])
    case("a quotient beyond float64", "float64", (1, 2), [0.5, 0.5], [1.0, 5e-324])
    case("the smallest quotient", "float64", (1, 2), [1.0, 5e-324], [0.5, 0.5])
    case("one-hot integers", "int32", (2, 2), [1, 0, 0, 1], [1, 0, 0, 1])
    case("integers of the scale 1/256 are none", "uint8", (1, 2), [128, 128], [127, 129])
    case("logits are none", "float32", (1, 3), [2.0, -1.0, 0.0], [2.0, -1.0, 0.0])
    case("one bad row of three", "float32", (3, 2), [0.5, 0.5] * 3, [0.5, 0.5, 0.5, 0.75, 0.5, 0.5])
    case("an entry below 0, though the sum is 1", "float32", (1, 2), [0.5, 0.5], [-0.5, 1.5])
    case("NaN", "float32", (2, 2), [0.5, 0.5, 0.5, 0.5], [math.nan, 0.5, 0.5, 0.5])
    one = 0x3F800000
    case("a sum off by as much as may be", "float32", (1, 1), [one], [one + 1], bits=True)
    case("a sum off by more", "float32", (1, 1), [one], [one + 2], bits=True)
    step = 1 / 256
    thirds = [85 * step] * 3
    case("thirds on steps of 1/256 sum to 255/256", "float32", (1, 3), thirds, [86 * step, 85 * step, 85 * step], step=step)
    case("thirds of no known step do not sum to 1", "float32", (1, 3), thirds, thirds)
    case("a scalar", "float32", (), [1.0], [1.0])
    case("no row", "float32", (0, 4), [], [])
    case("rows of nothing", "float32", (3, 0), [], [])


build()
(HERE / "divergence.ndjson").write_text("".join(json.dumps(c) + "\n" for c in CASES), encoding="utf-8")
