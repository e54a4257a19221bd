"""phi.json: the phi coefficient as what it is, Pearson's correlation of two columns of zeros and ones.

python3 test/stages/history/vectors/phi.py > test/stages/history/vectors/phi.json
"""
import json

import numpy as np

TABLES = [(9, 0, 0, 3), (0, 2, 2, 0), (1, 1, 1, 1), (3, 1, 0, 4), (2, 0, 2, 2), (17, 5, 230, 748)]


def correlation(a, b, c, d):
    moved = np.repeat([1, 1, 0, 0], [a, b, c, d])
    changed = np.repeat([1, 0, 1, 0], [a, b, c, d])
    return float(np.corrcoef(moved, changed)[0, 1])


print(json.dumps([{"table": table, "phi": correlation(*table)} for table in TABLES], indent=1))
