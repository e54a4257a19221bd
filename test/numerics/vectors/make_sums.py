"""Exact sums for test/numerics/sum-tree.test.ts, and the interval in which a sum with the stated error bound must lie.

Writes sums.ndjson beside itself. Run: python3 test/numerics/vectors/make_sums.py (NumPy >= 1.20).
The inputs are not stored: ../seeded-pairs.ts makes the same ones from the same seeds. Sums are taken over Fractions; the
interval [exact - bound, exact + bound] is given by the smallest and the largest float64 inside it.
"""

import json
import math
import pathlib
from fractions import Fraction

import numpy as np

HERE = pathlib.Path(__file__).parent
U = Fraction(1, 2**53)


class Words:
    """Marsaglia's xorshift32 (Journal of Statistical Software 8(14), 2003)."""

    def __init__(self, seed):
        self.state = seed

    def next(self):
        x = self.state
        x ^= (x << 13) & 0xFFFFFFFF
        x ^= x >> 17
        x ^= (x << 5) & 0xFFFFFFFF
        self.state = x
        return x

    def number(self, low, high):
        """±(1 + m/2^31)·2^k with k in [low, high]."""
        k = low + self.next() % (high - low + 1)
        word = self.next()
        return (-1.0 if word & 1 else 1.0) * (1 + (word >> 1) / 2**31) * 2.0**k


def pairs(family, n, seed):
    words = Words(seed)
    for _ in range(8):
        words.next()
    r, c, d = 0.0, 0.0, 0.0
    for i in range(n):
        if family == "alike":
            r = words.number(-3, 3)
            c = r + words.number(-30, -10)
        elif family == "cancelling errors":
            r = words.number(-3, 3)
            d = -d if i % 2 else words.number(-2, 2)
            c = r + d
        elif family == "cancelling products":
            r = r if i % 2 else words.number(-3, 3)
            c = -c if i % 2 else words.number(-3, 3)
        elif family == "ratios":
            r, c = words.number(-230, 230), words.number(-230, 230)
        elif family == "huge":
            r, c = words.number(-1000, 1000), words.number(-1000, 1000)
        elif family == "tiny":
            r, c = words.number(-1074, -300), words.number(-1074, -300)
        elif family == "subnormal":
            r, c = words.number(-1074, -1030), words.number(-1074, -1030)
        elif family == "float32":
            r = float(np.float32(words.number(-140, 120)))
            c = float(np.float32(r + words.number(-140, 100)))
        elif family == "int64":
            r, c = ((words.next() << 32 | words.next()) - 2**63 for _ in range(2))
        yield r, c


def scale_of(largest):
    """A power of two near 1/largest, where a square might not fit."""
    if largest == 0 or Fraction(2) ** -240 <= largest <= Fraction(2) ** 240:
        return Fraction(1)
    exponent = math.frexp(float(largest))[1] - 1
    return Fraction(2) ** min(1023, -exponent)


def terms(family, n, seed):
    sides = [(Fraction(r), Fraction(c)) for r, c in pairs(family, n, seed)]
    assert all(float(abs(c - r)) < math.inf for r, c in sides)
    scale_e = scale_of(max(abs(c - r) for r, c in sides))
    scale_r = scale_of(max(abs(r) for r, _ in sides))
    scale_c = scale_of(max(abs(c) for _, c in sides))
    # Fractions over one power of two: integers add fast.
    e = [scale_e * (c - r) for r, c in sides]
    r = [scale_r * x for x, _ in sides]
    c = [scale_c * x for _, x in sides]
    squares = 3 if family == "int64" else 1  # 64-bit integers are rounded before they are multiplied
    return [float(s) for s in (scale_e, scale_r, scale_c)], {
        "absError": ([abs(x) for x in e], 1),
        "error": (e, 1),
        "squaredError": ([x * x for x in e], 3),
        "squaredReference": ([x * x for x in r], squares),
        "squaredCandidate": ([x * x for x in c], squares),
        "product": ([x * y for x, y in zip(r, c)], squares),
    }


def exact_sum(fractions):
    """Denominators are powers of two."""
    common = max(x.denominator for x in fractions)
    return Fraction(sum(x.numerator * (common // x.denominator) for x in fractions), common)


def interval(exact, bound):
    low, high = exact - bound, exact + bound
    down, up = float(high), float(low)
    if Fraction(down) > high:
        down = math.nextafter(down, -math.inf)
    if Fraction(up) < low:
        up = math.nextafter(up, math.inf)
    return [up, down]


def vector(family, n, seed):
    scales, sums = terms(family, n, seed)
    additions = (min(n, 1024) + 1) // 2 + math.ceil(math.log2(math.ceil(n / 1024)))
    result = {}
    for name, (values, rounded) in sums.items():
        k = additions + rounded
        gamma = k * U / (1 - k * U)
        bound = gamma * exact_sum([abs(x) for x in values]) + n * Fraction(2) ** -800
        result[name] = interval(exact_sum(values), bound)
    return {"family": family, "elements": n, "seed": seed, "scales": scales, "sums": result}


FAMILIES = (
    "alike",
    "cancelling errors",
    "cancelling products",
    "ratios",
    "huge",
    "tiny",
    "subnormal",
    "float32",
    "int64",
)
if __name__ == "__main__":
    vectors = [
        vector(family, n, 1000 * place + n) for place, family in enumerate(FAMILIES, 1) for n in (1, 2, 7, 1023, 1025, 3000)
    ]
    vectors += [vector(family, n, n) for n in (65_536, 65_537, 133_125) for family in ("alike", "cancelling errors", "huge")]
    (HERE / "sums.ndjson").write_text("".join(json.dumps(v) + "\n" for v in vectors), encoding="utf-8")
