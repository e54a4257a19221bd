"""Writes archives that numpy.savez seldom makes: ZIP64 directories around small data, and archives written to a pipe.

In this folder: python3 make_archives.py && npx biome format --write .
"""

import io
import json
import zipfile

import numpy as np

arrays = {
    "counting": np.arange(6, dtype=np.float32).reshape(2, 3),
    "big_endian": np.arange(4, dtype=">i4"),
    "empty": np.zeros((0, 2), dtype=np.int8),
}
expected = [
    {
        "name": name,
        "dtype": array.dtype.name,
        "shape": list(array.shape),
        "hex": array.astype(array.dtype.newbyteorder("<")).tobytes().hex(),
    }
    for name, array in arrays.items()
]


class Pipe(io.RawIOBase):
    """Neither seeks nor tells: zipfile then writes sizes and checksum behind each entry."""

    def __init__(self):
        self.content = b""

    def writable(self):
        return True

    def write(self, data):
        self.content += bytes(data)
        return len(data)


def save(path, target, save_arrays):
    save_arrays(target, **arrays)
    with open(path, "wb") as file:
        file.write(target.content if isinstance(target, Pipe) else target.getvalue())


save("piped.npz", Pipe(), np.savez)
save("piped-deflated.npz", Pipe(), np.savez_compressed)
# zipfile changes to ZIP64 records where a number passes these
zipfile.ZIP64_LIMIT = 10
zipfile.ZIP_FILECOUNT_LIMIT = 1
save("zip64.npz", io.BytesIO(), np.savez)
save("zip64-deflated.npz", io.BytesIO(), np.savez_compressed)

with open("archives.json", "w") as file:
    json.dump(expected, file, indent=1)
    file.write("\n")
