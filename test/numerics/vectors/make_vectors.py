"""Expected numbers for test/numerics, computed without fleetdiff: exact rationals, struct and NumPy.

Writes decode.ndjson, metrics.ndjson and top-k.ndjson beside itself, one JSON object a line. Run: python3 test/numerics/vectors/make_vectors.py (NumPy >= 2).
Every value is decoded to a Fraction, or to 'nan', 'inf', '-inf'; every sum is exact; square roots and logarithms
are taken with 60 digits; the result is rounded to float64 once.
"""

import base64
import bisect
import collections
import hashlib
import itertools
import json
import math
import pathlib
import struct
from decimal import Decimal, getcontext
from fractions import Fraction

import numpy as np

from make_sums import Words

getcontext().prec = 60
HERE = pathlib.Path(__file__).parent
RNG = np.random.default_rng(2)

# name: (exponent bits, fraction bits, bias, has infinities)
FLOATS = {
    "float64": (11, 52, 1023, True),
    "float32": (8, 23, 127, True),
    "float16": (5, 10, 15, True),
    "bfloat16": (8, 7, 127, True),
    "float8e4m3fn": (4, 3, 7, False),
    "float8e5m2": (5, 2, 15, True),
}
INTEGERS = {f"{sign}int{bits}": (sign == "", bits) for sign in ("", "u") for bits in (4, 8, 16, 32, 64)}


# --- decoding ------------------------------------------------------------------------------------------------


def width(dtype):
    if dtype in FLOATS:
        return 1 + FLOATS[dtype][0] + FLOATS[dtype][1]
    return 8 if dtype == "bool" else INTEGERS[dtype][1]


def decode(dtype, bits):
    """The value of a bit pattern: Fraction, 'nan', 'inf' or '-inf'. Negative zero is found by its bits."""
    if dtype == "bool":
        return Fraction(int(bits != 0))
    if dtype in INTEGERS:
        signed, size = INTEGERS[dtype]
        return Fraction(bits - (1 << size) if signed and bits >> (size - 1) else bits)
    exponent_bits, fraction_bits, bias, infinities = FLOATS[dtype]
    sign = -1 if bits >> (exponent_bits + fraction_bits) else 1
    exponent = (bits >> fraction_bits) & ((1 << exponent_bits) - 1)
    fraction = bits & ((1 << fraction_bits) - 1)
    top = (1 << exponent_bits) - 1
    if exponent == top and infinities:
        return "nan" if fraction else ("inf" if sign > 0 else "-inf")
    if exponent == top and fraction == (1 << fraction_bits) - 1:
        return "nan"
    if exponent == 0:
        return sign * Fraction(fraction, 1 << fraction_bits) * Fraction(2) ** (1 - bias)
    return sign * (1 + Fraction(fraction, 1 << fraction_bits)) * Fraction(2) ** (exponent - bias)


def pack(dtype, patterns):
    size = width(dtype)
    if size == 4:
        padded = list(patterns) + [0] * (len(patterns) % 2)
        return bytes(low | high << 4 for low, high in zip(padded[::2], padded[1::2]))
    return b"".join(int(p).to_bytes(size // 8, "little") for p in patterns)


def patterns_of(dtype, values):
    """Bit patterns of Python numbers, by NumPy's or struct's own encoders (exactly representable values only)."""
    if dtype in INTEGERS or dtype == "bool":
        return [int(v) % (1 << width(dtype)) for v in values]
    if dtype == "bfloat16":
        return [int(np.float32(v).view(np.uint32)) >> 16 for v in values]
    if dtype.startswith("float8"):
        table = {decode(dtype, b): b for b in range(255, -1, -1)}
        return [table[v if isinstance(v, str) else Fraction(v)] for v in values]
    unsigned = {"float64": np.uint64, "float32": np.uint32, "float16": np.uint16}[dtype]
    return [int(np.dtype(dtype).type(v).view(unsigned)) for v in values]


def as_float64(value, bits, dtype):
    if isinstance(value, str):
        return float(value)
    if value == 0 and dtype in FLOATS and bits >> (width(dtype) - 1):
        return -0.0
    return float(value)


def decode_vectors():
    vectors = []
    for dtype in ("float16", "bfloat16", "float8e4m3fn", "float8e5m2"):
        everything = range(1 << width(dtype))
        ours = [as_float64(decode(dtype, b), b, dtype) for b in everything]
        # Second opinions where there is one: struct's 'e', NumPy's float32, and e5m2 as the upper byte of a float16.
        if dtype == "float16":
            other = [struct.unpack("<e", struct.pack("<H", b))[0] for b in everything]
        elif dtype == "bfloat16":
            other = (np.arange(1 << 16, dtype=np.uint32) << 16).view(np.float32).tolist()
        elif dtype == "float8e5m2":
            other = [struct.unpack("<e", struct.pack("<H", b << 8))[0] for b in everything]
        else:
            # OCP OFP8: largest 448, smallest normal 2^-6, smallest subnormal 2^-9, NaN only S.1111.111.
            assert (ours[0x7E], ours[0x08], ours[0x01]) == (448.0, 2.0**-6, 2.0**-9)
            assert [b for b in everything if math.isnan(ours[b])] == [0x7F, 0xFF]
            other = ours
        raw = [canonical(x) for x in ours]
        assert raw == [canonical(x) for x in other], dtype
        step = 1021 if len(ours) > 256 else 7
        vectors.append(
            {
                "dtype": dtype,
                "sha256": hashlib.sha256(b"".join(raw)).hexdigest(),
                "spots": [[b, spelled(ours[b])] for b in range(0, len(ours), step)],
            }
        )
    return vectors


def canonical(x):
    return struct.pack("<Q", 0x7FF8 << 48) if math.isnan(x) else struct.pack("<d", x)


def spelled(x):
    if x is None or isinstance(x, (str, int)):
        return x
    if math.isnan(x):
        return "NaN"
    return x if math.isfinite(x) else ("Infinity" if x > 0 else "-Infinity")


# --- metrics -------------------------------------------------------------------------------------------------


def to_float(fraction):
    return float(fraction)


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)


def root(fraction):
    return decimal(fraction).sqrt()


def ordered(dtype, bits):
    sign = 1 << (width(dtype) - 1)
    return bits if bits < sign else -(bits - sign)


def expected_metrics(dtype, shape, r_bits, c_bits, atol, rtol, quantization, peak):
    r = [decode(dtype, b) for b in r_bits]
    c = [decode(dtype, b) for b in c_bits]
    n = len(r)
    finite = [i for i in range(n) if not isinstance(r[i], str) and not isinstance(c[i], str)]
    kinds = [(x if isinstance(x, str) else "finite", y if isinstance(y, str) else "finite") for x, y in zip(r, c)]
    mismatch = [i for i, (x, y) in enumerate(kinds) if x != y]
    matched = [i for i, (x, y) in enumerate(kinds) if x == y != "finite"]
    e = {i: c[i] - r[i] for i in finite}
    count = Fraction(len(finite))
    hole = math.nan if mismatch else 0.0  # a distance over no element
    over = lambda value: value() if finite else hole

    def close(i):
        """numpy.isclose(candidate, reference, rtol, atol), equal_nan=False, on exact values."""
        if i in e:
            return abs(e[i]) <= Fraction(atol) + Fraction(rtol) * abs(r[i])
        return kinds[i][0] == kinds[i][1] != "nan"

    if width(dtype) < 64 or dtype == "float64":
        floats = [np.array([as_float64(v, 0, dtype) for v in side], dtype=np.float64) for side in (r, c)]
        with np.errstate(all="ignore"):
            by_numpy = np.isclose(floats[1], floats[0], rtol=rtol, atol=atol)
        assert by_numpy.tolist() == [close(i) for i in range(n)]

    max_r = max((abs(r[i]) for i in finite), default=Fraction(0))
    floor = max_r / 1024
    relative = [abs(e[i]) / abs(r[i]) for i in finite if r[i] != 0 and abs(r[i]) >= floor]
    max_e = max((abs(x) for x in e.values()), default=Fraction(0))
    rr = sum((r[i] ** 2 for i in finite), Fraction(0))
    cc = sum((c[i] ** 2 for i in finite), Fraction(0))
    rc = sum((r[i] * c[i] for i in finite), Fraction(0))
    ee = sum((x**2 for x in e.values()), Fraction(0))
    perfect = lambda value: math.nan if mismatch else value
    top = Fraction(peak) if peak is not None else max_r

    metrics = {
        "elements": n,
        "max_abs": over(lambda: to_float(max_e)),
        "mean_abs": over(lambda: to_float(sum(map(abs, e.values())) / count)),
        "rmse": over(lambda: float(root(ee / count))),
        "bias": over(lambda: to_float(sum(e.values()) / count)),
        "max_rel": to_float(max(relative)) if relative else (hole if max_e == 0 else None),
        "rel_excluded": len(finite) - len(relative),
        "mismatch_fraction": sum(not close(i) for i in range(n)) / n if n else 0.0,
        "sqnr_db": perfect(math.inf) if ee == 0 else None if rr == 0 else float(10 * decimal(rr / ee).log10()),
        "psnr_db": perfect(math.inf)
        if ee == 0
        else None
        if top == 0
        else float(20 * (decimal(top) / root(ee / count)).log10()),
        "cosine": perfect(1.0) if rr == cc == 0 else 0.0 if 0 in (rr, cc) else float(decimal(rc) / root(rr * cc)),
        "norm_ratio": perfect(1.0) if rr == cc == 0 else math.inf if rr == 0 else float(root(cc / rr)),
        "nonfinite_mismatch": len(mismatch),
        "nonfinite_matched": len(matched),
        "nan_reference": sum(x == "nan" for x in r),
        "nan_candidate": sum(x == "nan" for x in c),
        "inf_reference": sum(x in ("inf", "-inf") for x in r),
        "inf_candidate": sum(x in ("inf", "-inf") for x in c),
        "subnormal_flush": 0,
        "sign_of_zero": 0,
    }

    if dtype in FLOATS:
        exponent_bits, fraction_bits, bias, _ = FLOATS[dtype]
        normal = Fraction(2) ** (1 - bias)
        metrics["subnormal_flush"] = sum(
            (r[i] == 0) != (c[i] == 0) and max(abs(r[i]), abs(c[i])) < normal for i in finite
        )
        metrics["sign_of_zero"] = sum(r[i] == c[i] == 0 and r_bits[i] != c_bits[i] for i in finite)
        ulps = [
            abs(ordered(dtype, c_bits[i]) - ordered(dtype, r_bits[i])) for i in range(n) if "nan" not in (r[i], c[i])
        ]
        metrics["max_ulp"] = float(max(ulps)) if ulps else hole
        if quantization:
            metrics |= float_steps(shape, r, c, finite, quantization, Fraction(4, 1 << (fraction_bits + 1)), n, hole)
    else:
        metrics["max_ulp"] = metrics["max_abs"]
    if dtype in INTEGERS:
        signed, bits = INTEGERS[dtype]
        ends = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if signed else (0, (1 << bits) - 1)
        metrics |= {
            "max_steps": metrics["max_abs"],
            "off_by_one_fraction": sum(abs(x) == 1 for x in e.values()) / n if n else 0.0,
            "step_bias": metrics["bias"],
            "saturated_reference": sum(x in ends for x in r) / n if n else 0.0,
            "saturated_candidate": sum(x in ends for x in c) / n if n else 0.0,
        }

    ranked = mismatch + sorted((i for i in finite if e[i] != 0), key=lambda i: (-abs(to_float(e[i])), i))
    worst = [[int(x) for x in np.unravel_index(i, shape)] if shape else [] for i in ranked[:16]]
    return metrics, worst, histograms_of(dtype, shape, r, c, r_bits, c_bits, finite, quantization)


POWERS_OF_TEN = [float(f"1e{k}") for k in range(-324, 309)]


def histograms_of(dtype, shape, r, c, r_bits, c_bits, finite, quantization):
    """Over F: |e| by decade, ULP distance by octave, signed steps clipped at 64; non-empty bins in rising order."""

    def binned(values):
        return [[k, count] for k, count in sorted(collections.Counter(values).items())]

    def rounded(x):
        try:
            return abs(float(x))
        except OverflowError:  # beyond float64: the topmost decade
            return math.inf

    errors = [rounded(c[i] - r[i]) for i in finite]
    decades = binned(bisect.bisect_right(POWERS_OF_TEN, x) - 1 - 324 for x in errors if x)
    histograms = {"error": {"zero": errors.count(0.0), "decades": decades}}
    if dtype in FLOATS:
        ulps = [abs(ordered(dtype, c_bits[i]) - ordered(dtype, r_bits[i])) for i in finite]
        octaves = binned(math.frexp(float(d))[1] - 1 for d in ulps if d)
        histograms["ulp"] = {"zero": ulps.count(0), "octaves": octaves}
    if dtype in INTEGERS:
        histograms["steps"] = binned(max(-64, min(64, int(c[i] - r[i]))) for i in finite)
    elif quantization and dtype in FLOATS:
        apart = [round(c[i] / s) - round(r[i] / s) for i, s in ((i, scale_at(shape, i, quantization)) for i in finite)]
        histograms["steps"] = binned(max(-64, min(64, x)) for x in apart)
    return histograms


def scale_at(shape, i, quantization):
    axis = quantization["axis"]
    return Fraction(quantization["scale"][0 if axis is None else int(np.unravel_index(i, shape)[axis])])


def float_steps(shape, r, c, finite, quantization, slack, n, hole):
    scale, zero, axis = quantization["scale"], quantization["zeroPoint"], quantization["axis"]

    def parameters(i):
        at = 0 if axis is None else int(np.unravel_index(i, shape)[axis])
        return Fraction(scale[at]), abs(zero[at])

    def split(value, s, zp):
        steps = value / s
        whole = round(steps)  # of a Fraction: halves to even
        return whole, abs(steps - whole) <= slack * (abs(whole) + zp)

    apart, off_grid = [], 0
    for i in finite:
        (rk, r_on), (ck, c_on) = split(r[i], *parameters(i)), split(c[i], *parameters(i))
        apart.append(ck - rk)
        off_grid += not (r_on and c_on)
    return {
        "max_steps": max(map(abs, apart)) if apart else hole,
        "off_by_one_fraction": sum(abs(x) == 1 for x in apart) / n if n else 0.0,
        "step_bias": to_float(Fraction(sum(apart), len(apart))) if apart else hole,
        "off_grid": off_grid,
    }


# --- cases ---------------------------------------------------------------------------------------------------

CASES = []


def case(name, dtype, shape, reference, candidate, atol=0.0, rtol=0.0, quantization=None, peak=None, bits=False):
    r_bits = list(map(int, reference)) if bits else patterns_of(dtype, reference)
    c_bits = list(map(int, candidate)) if bits else patterns_of(dtype, candidate)
    assert len(r_bits) == len(c_bits) == math.prod(shape), name
    metrics, worst, histograms = expected_metrics(dtype, shape, r_bits, c_bits, atol, rtol, quantization, peak)
    options = {"atol": atol, "rtol": rtol}
    options |= {"quantization": quantization} if quantization else {}
    options |= {"peak": peak} if peak is not None else {}
    CASES.append(
        {
            "name": name,
            "dtype": dtype,
            "shape": list(shape),
            "reference": base64.b64encode(pack(dtype, r_bits)).decode(),
            "candidate": base64.b64encode(pack(dtype, c_bits)).decode(),
            "options": options,
            "identical": r_bits == c_bits,
            "metrics": {key: spelled(value) for key, value in metrics.items()},
            "worst": worst,
            "histograms": histograms,
        }
    )


def seeded_case(name, dtype, n, seed, quantization=None):
    """More elements than a stretch has; the bytes are not stored: ../seeded-bytes.ts makes them from the seed."""
    words = Words(seed)
    size = width(dtype) // 8
    raw = np.array([words.next() for _ in range(-(-n * size // 4))], dtype="<u4").tobytes()[: n * size]
    changed = bytearray(raw)
    for at in range(0, len(changed), 997):
        changed[at] ^= 1 << at % 8
    bits = [[int(x) for x in np.frombuffer(bytes(side), f"<u{size}")] for side in (raw, changed)]
    metrics, worst, histograms = expected_metrics(dtype, (n,), *bits, 0.0, 1e-3, quantization, None)
    CASES.append(
        {
            "name": name,
            "dtype": dtype,
            "shape": [n],
            "seed": seed,
            "options": {"atol": 0.0, "rtol": 1e-3} | ({"quantization": quantization} if quantization else {}),
            "identical": False,
            "metrics": {key: spelled(value) for key, value in metrics.items()},
            "worst": worst,
            "histograms": histograms,
        }
    )


def noisy(dtype, shape, scale=1.0, noise=1e-3):
    values = RNG.normal(0, scale, math.prod(shape))
    changed = values + np.where(RNG.random(values.size) < 0.7, RNG.normal(0, noise * scale, values.size), 0)
    if dtype == "bfloat16":
        return values.astype(np.float32), changed.astype(np.float32)
    return values.astype(dtype), changed.astype(dtype)


def random_bits(dtype, n):
    return RNG.integers(0, 1 << width(dtype), n, dtype=np.uint64).tolist()


def near_bits(dtype, patterns):
    """Patterns a few apart, so that distances are small as well as large."""
    return [int(p) ^ int(RNG.integers(0, 4)) if RNG.random() < 0.5 else int(p) for p in patterns]


def build():
    nan, inf = math.nan, math.inf
    for dtype in ("float64", "float32", "float16", "bfloat16"):
        case(f"{dtype}, noise", dtype, (5, 7), *noisy(dtype, (5, 7)), atol=1e-4, rtol=1e-3)
        case(f"{dtype}, random bits", dtype, (64,), bits := random_bits(dtype, 64), near_bits(dtype, bits), bits=True)
    for dtype in ("float8e4m3fn", "float8e5m2"):
        case(f"{dtype}, every pattern", dtype, (256,), bits := range(256), near_bits(dtype, bits), bits=True)
    for dtype in INTEGERS:
        case(f"{dtype}, random", dtype, (3, 11), bits := random_bits(dtype, 33), near_bits(dtype, bits), bits=True)
        signed, size = INTEGERS[dtype]
        low, high = (-(1 << (size - 1)), (1 << (size - 1)) - 1) if signed else (0, (1 << size) - 1)
        case(f"{dtype}, MAX against MIN", dtype, (2,), [high, low], [low, high])
        case(f"{dtype}, MAX against MAX - 1", dtype, (3,), [high, high, low], [high - 1, high, low + 1])
    case("int64, MAX against -1", "int64", (1,), [2**63 - 1], [-1])
    case("int64, neighbours above 2^53", "int64", (2,), [2**53, -(2**60)], [2**53 + 1, -(2**60) - 1])
    case("uint64, neighbours above 2^63", "uint64", (2,), [2**63, 2**64 - 2], [2**63 + 1, 2**64 - 1])
    case("bool", "bool", (2, 3), [0, 1, 1, 0, 1, 0], [0, 1, 0, 1, 1, 0])
    case("bool, any byte but 0 is true", "bool", (3,), [1, 1, 0], [2, 255, 0])

    r, c = noisy("float32", (3, 1000))
    c[2500], r[17], c[17], c[18] = nan, inf, inf, -inf
    case("float32, three blocks with NaN and infinities", "float32", (3, 1000), r, c, atol=1e-6, rtol=1e-5)

    case("empty", "float32", (0, 4), [], [])
    case("empty integers", "int8", (0,), [], [])
    case("scalar", "float32", (), [2.0], [2.5])
    case("single element", "float16", (1, 1), [1.0], [1.0009765625])
    case("identical", "float32", (4,), [1.5, -2.25, 0.1, 3e38], [1.5, -2.25, 0.1, 3e38])
    case("identical zeros", "float32", (3,), [0.0] * 3, [0.0] * 3)
    case("zero reference", "float32", (3,), [0.0] * 3, [0.0, 1e-3, -2.0])
    case("zero candidate", "float32", (3,), [1.0, -2.0, 3.0], [0.0] * 3)
    case("scaled: cosine cannot see it", "float64", (3,), [1.0, -2.0, 3.0], [2.0, -4.0, 6.0])
    case("opposite", "float64", (3,), [1.0, -2.0, 3.0], [-1.0, 2.0, -3.0])
    case("PSNR of -1000 ± 1", "float32", (4,), [-1000.0] * 4, [-1001.0, -999.0, -1001.0, -999.0])
    case("declared peak", "float32", (3,), [10.0, 20.0, 30.0], [11.0, 20.0, 28.0], peak=255.0)
    case("only one of atol and rtol holds", "float32", (2,), [1000.0, 0.001], [1000.5, 0.0015], atol=1e-3, rtol=1e-3)
    case("on the border of atol", "float64", (2,), [0.0, 0.0], [0.5, 0.5000000000000001], atol=0.5)

    case("all NaN candidate", "float32", (3,), [1.0, 2.0, 3.0], [nan] * 3)
    case("all NaN on both sides", "float32", (3,), [nan] * 3, [nan] * 3)
    case("all zero but one NaN", "float32", (3,), [0.0] * 3, [0.0, nan, 0.0])
    case("matched non-finite", "float32", (4,), [1.0, nan, inf, -inf], [1.0, nan, inf, -inf])
    case("other kinds of non-finite", "float32", (5,), [inf, -inf, nan, inf, 1.0], [-inf, inf, inf, nan, 1.0])
    case("MAX against infinity", "float32", (1,), [np.finfo(np.float32).max], [inf])
    payload = [0x7FC00000, 0x3F800000], [0x7FC00001, 0x3F800000]
    case("NaN payload differs", "float32", (2,), *payload, bits=True)
    case("sign of NaN differs", "float16", (2,), [0x7E00, 0x3C00], [0xFE00, 0x3C00], bits=True)

    case("-0 against +0", "float32", (3,), [-0.0, 0.0, -0.0], [0.0, 0.0, -0.0])
    for dtype, smallest_normal in (("float64", 52), ("float32", 23), ("float16", 10), ("bfloat16", 7)):
        normal = 1 << smallest_normal
        sign = 1 << (width(dtype) - 1)
        subnormal = [1, normal - 1, sign | 1, normal, 0, 0, 1], [0, sign, 0, 0, 2, normal, sign | 1]
        case(f"{dtype}, flushed subnormals", dtype, (7,), *subnormal, bits=True)

    case("float64, squares overflow", "float64", (3,), [1e200, -2e250, 3e300], [1.1e200, -2e250, 3.01e300])
    case("float64, squares underflow", "float64", (3,), [1e-200, -2e-250, 3e-300], [1.1e-200, -2e-250, -3e-300])
    case("float64, small error beside large values", "float64", (2,), [1.0, 0.0], [1.0, 1e-200])
    case("float64, subnormals only", "float64", (2,), [5e-324, 1e-323], [1e-323, 1e-323])
    case("cancelling errors", "float64", (4,), [1e16, 1.0, -1e16, 0.1], [1e16, 1.5, -1e16, -0.4])

    step = float(np.float32(0.1))
    grid = lambda steps, s: [np.float32(np.float64(k) * s) for k in steps]
    per_tensor = {"scale": [step], "zeroPoint": [0], "axis": None}
    steps = [0, 1, -128, 127, 55, 3], [0, 2, -126, 127, 54, 3]
    case("per-tensor steps", "float32", (6,), *(grid(s, step) for s in steps), quantization=per_tensor)
    offset = {"scale": [step], "zeroPoint": [200], "axis": None}
    fused = lambda qs: [np.float32(np.float32(q * step) - np.float32(200 * step)) for q in qs]
    case("dequantized as q·s - z·s", "float32", (4,), fused([201, 199, 0, 255]), grid([2, -1, -200, 55], step), quantization=offset)
    case("off the grid", "float32", (3,), grid([1, 2, 3], step), [0.1, 0.23, 0.3], quantization=per_tensor)
    halves = {"scale": [0.5], "zeroPoint": [0], "axis": None}
    case("halves round to even", "float32", (4,), [0.0] * 4, [0.25, 0.75, 1.25, -0.25], quantization=halves)
    channels = {"scale": [0.5, 0.25, 2.0], "zeroPoint": [0, 3, -1], "axis": 1}
    q = RNG.integers(-128, 128, (2, 3, 4))
    scale = np.array(channels["scale"]).reshape(1, 3, 1)
    moved = q + RNG.integers(-2, 3, q.shape)
    sides = [(side * scale).astype(np.float32).ravel() for side in (q, moved)]
    case("per-axis steps", "float32", (2, 3, 4), *sides, quantization=channels)
    last = {"scale": [0.5, 0.25, 2.0], "zeroPoint": [0, 0, 0], "axis": -1}
    case("per-axis steps, negative axis", "float32", (2, 3), [1, 1, 4, 0, 0, 0], [1.5, 1, 8, 0, 0.25, 0], quantization=last)
    case("float16 steps", "float16", (3,), [1.0, 2.5, -4.0], [1.5, 2.5, -3.0], quantization=halves)
    seeded_case("float16 bits, more than two stretches", "float16", 133_125, 11)
    seeded_case("bfloat16 bits, more than a stretch", "bfloat16", 65_537, 12)
    seeded_case("int16, more than a stretch", "int16", 66_000, 13)
    seeded_case("uint8, two blocks beyond a stretch", "uint8", 67_585, 14)
    case("steps far apart", "float32", (4,), [0.0] * 4, [100.0, -100.0, 32.0, -31.5], quantization=halves)
    case("steps beside NaN", "float32", (3,), [0.5, nan, 1.0], [1.0, nan, 1.0], quantization=halves)


# --- top-k ---------------------------------------------------------------------------------------------------


def top_k_vectors():
    """Best overlap over every way to break the ties, by trying them all."""
    vectors = []
    for _ in range(150):
        n = int(RNG.integers(1, 7))
        sides = [[float(x) for x in RNG.integers(0, 4, n)] for _ in range(2)]
        for side in sides:
            for i in range(n):
                if RNG.random() < 0.1:
                    side[i] = math.nan
        k = int(RNG.integers(1, n + 2))
        wanted = min(k, n)
        alike = [math.isnan(x) == math.isnan(y) for x, y in zip(*sides)]
        orders = [sorted(range(n), key=lambda i: (math.isnan(s[i]), -s[i] if s[i] == s[i] else 0, i)) for s in sides]
        sets = [winners(side, wanted) for side in sides]
        overlap = max(sum(alike[i] for i in left & right) for left in sets[0] for right in sets[1])
        heads = [order[:wanted] for order in orders]
        vectors.append(
            {
                "reference": [spelled(x) for x in sides[0]],
                "candidate": [spelled(x) for x in sides[1]],
                "k": k,
                "top": heads,
                "overlap": overlap / wanted,
                "ordered": heads[0] == heads[1] and all(alike[i] for i in heads[0]),
            }
        )
    return vectors


def winners(scores, k):
    """Every set of k classes that no class outside beats. NaN loses to every number, and to a NaN of lower index."""

    def beats(i, j):
        if math.isnan(scores[j]):
            return not math.isnan(scores[i]) or i < j
        return scores[i] > scores[j]

    everyone = range(len(scores))
    candidates = (set(chosen) for chosen in itertools.combinations(everyone, k))
    return [s for s in candidates if not any(beats(i, j) for j in s for i in everyone if i not in s)]


if __name__ == "__main__":
    build()
    FILES = {"decode": decode_vectors(), "metrics": CASES, "top-k": top_k_vectors()}
    for name, vectors in FILES.items():
        lines = [json.dumps(vector, ensure_ascii=False, allow_nan=False) + "\n" for vector in vectors]
        (HERE / f"{name}.ndjson").write_text("".join(lines), encoding="utf-8")
