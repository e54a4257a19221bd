"""What NumPy takes for the metrics that fleetdiff computes: the yardstick of `fleetdiff bench`.

  numpy-metrics.py version
  numpy-metrics.py compare DTYPE BYTES REPEATS      made-up tensors of BYTES a side; seconds, best of REPEATS
  numpy-metrics.py diff REFERENCE.npz CANDIDATE.npz  the whole job, as a script in a pipeline would do it

Vectorised, float64 throughout as the definitions ask. `compare` runs twice, over the whole arrays and in pieces
that fit a cache, and reports the faster: NumPy at its best. Arrays of more elements than MOST_WHOLE run in pieces only: there
whole arrays are slower, and their float64 copies need gigabytes.
"""

import json
import sys
import time

import numpy as np

ATOL, RTOL = 1e-5, 1.3e-6
PIECE = 1 << 16
WORST = 16
MOST_WHOLE = 1 << 24
MADE_ELEMENTS = 1 << 22


def ordered(values):
    """Floats as integers in the order of their values, -0 and +0 both 0."""
    width = values.dtype.itemsize * 8
    bits = values.view(f"int{width}").astype(np.int64)
    magnitude = bits & ((1 << (width - 1)) - 1)
    return np.where(bits < 0, -magnitude, magnitude)


def measure(reference, candidate, floor):
    """Counts, maxima and sums of one piece."""
    is_float = reference.dtype.kind == "f"
    r = reference.astype(np.float64)
    c = candidate.astype(np.float64)
    e = c - r
    got = {}
    if is_float:
        finite = np.isfinite(r) & np.isfinite(c)
        got["nan"] = int(np.isnan(r).sum()), int(np.isnan(c).sum())
        got["inf"] = int(np.isinf(r).sum()), int(np.isinf(c).sum())
        got["nonfinite_mismatch"] = int((~finite & (r != c) & ~(np.isnan(r) & np.isnan(c))).sum())
        if not finite.all():
            reference, candidate, r, c, e = (x[finite] for x in (reference, candidate, r, c, e))
        tiny = np.finfo(reference.dtype).smallest_normal
        zero_r, zero_c = r == 0, c == 0
        got["subnormal_flush"] = int(((zero_r & ~zero_c & (np.abs(c) < tiny)) | (zero_c & ~zero_r & (np.abs(r) < tiny))).sum())
        got["sign_of_zero"] = int((zero_r & zero_c & (np.signbit(r) != np.signbit(c))).sum())
        got["max_ulp"] = int(np.abs(ordered(candidate) - ordered(reference)).max())
    else:
        ends = np.iinfo(reference.dtype)
        got["saturated"] = tuple(int(((x == ends.min) | (x == ends.max)).sum()) for x in (reference, candidate))
    magnitude = np.abs(e)
    size = np.abs(r)
    got["max_abs"] = float(magnitude.max())
    got["max_reference"] = float(size.max())
    got["abs"] = float(magnitude.sum())
    got["error"] = float(e.sum())
    got["squared_error"] = float((e * e).sum())
    got["squared_reference"] = float((r * r).sum())
    got["squared_candidate"] = float((c * c).sum())
    got["product"] = float((r * c).sum())
    got["mismatched"] = int((~(magnitude <= ATOL + RTOL * size)).sum())
    got["off_by_one"] = int((magnitude == 1).sum())
    large = (size >= floor) & (size > 0)
    got["rel_count"] = int(large.sum())
    got["max_rel"] = float((magnitude[large] / size[large]).max()) if got["rel_count"] else 0.0
    count = min(WORST, magnitude.size)
    worst = np.argpartition(magnitude, magnitude.size - count)[magnitude.size - count :]
    got["worst"] = magnitude[worst].tolist()
    return got


def metrics(reference, candidate, piece):
    peak = float(np.abs(reference[np.isfinite(reference)].astype(np.float64)).max())
    pieces = [
        measure(reference[at : at + piece], candidate[at : at + piece], peak * 2**-10)
        for at in range(0, reference.size, piece)
    ]
    n = reference.size

    def total(key):
        return sum(p[key] for p in pieces)

    rmse = np.sqrt(total("squared_error") / n)
    with np.errstate(divide="ignore", invalid="ignore"):
        return {
            "max_abs": max(p["max_abs"] for p in pieces),
            "mean_abs": total("abs") / n,
            "rmse": float(rmse),
            "bias": total("error") / n,
            "max_rel": max(p["max_rel"] for p in pieces),
            "rel_excluded": n - total("rel_count"),
            "mismatch_fraction": total("mismatched") / n,
            "max_ulp": max(p.get("max_ulp", 0) for p in pieces),
            "sqnr_db": float(10 * np.log10(np.float64(total("squared_reference")) / total("squared_error"))),
            "psnr_db": float(20 * np.log10(peak / rmse)),
            "cosine": float(total("product") / np.sqrt(total("squared_reference") * total("squared_candidate"))),
            "norm_ratio": float(np.sqrt(total("squared_candidate") / total("squared_reference"))),
            "worst": sorted((m for p in pieces for m in p["worst"]), reverse=True)[:WORST],
        }


def made_up(dtype, nbytes):
    kind = np.dtype(dtype)
    generator = np.random.default_rng(1)
    n = nbytes // kind.itemsize
    if n > MADE_ELEMENTS:
        return tuple(np.resize(side, n) for side in made_up(dtype, MADE_ELEMENTS * kind.itemsize))
    if kind.kind == "f":
        reference = generator.standard_normal(n, dtype=np.float32)
        noise = generator.standard_normal(n, dtype=np.float32) * np.float32(2**-12)
        return reference.astype(kind), (reference + noise).astype(kind)
    ends = np.iinfo(kind)
    span = min(int(ends.max), 250)
    reference = generator.integers(0, span, n, dtype=kind)
    return reference, reference + generator.integers(0, 3, n, dtype=kind)


def best_of(repeats, work):
    best = float("inf")
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best


def main(command, *arguments):
    if command == "version":
        return {"python": sys.version.split()[0], "numpy": np.__version__}
    if command == "compare":
        reference, candidate = made_up(arguments[0], int(arguments[1]))
        repeats = int(arguments[2])
        ways = {"pieces": best_of(repeats, lambda: metrics(reference, candidate, PIECE))}
        if reference.size <= MOST_WHOLE:
            ways["whole"] = best_of(repeats, lambda: metrics(reference, candidate, reference.size))
        way = min(ways, key=ways.get)
        return {"seconds": ways[way], "way": way}
    if command == "diff":
        reference, candidate = (np.load(path) for path in arguments[:2])
        return {name: metrics(reference[name].ravel(), candidate[name].ravel(), PIECE) for name in reference.files}
    raise SystemExit(__doc__)


if __name__ == "__main__":
    print(json.dumps(main(*(sys.argv[1:] or ["help"]))))
