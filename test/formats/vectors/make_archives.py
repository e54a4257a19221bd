"""Writes archives that numpy.savez seldom makes: ZIP64 directories around small data, and archives written to a pipe;
and one that is elements for the most part, for the fuzz test to damage.

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
noise = {"noise": (np.arange(500, dtype=np.float32) % 7 - 3.5) * np.float32(1.1)}


def listed(arrays):
    return [
        {
            "name": name,
            "dtype": array.dtype.name,
            "shape": list(array.shape),
            "hex": array.astype(array.dtype.newbyteorder("<")).tobytes(order="C").hex(),
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


np.savez("elements.npz", **noise)
layouts = {}
for dtype in ("u1", "<i2", ">i2", "<f4", ">f4", "<u8", ">f8"):
    for shape in ((2, 3), (3, 1, 4), (2, 2, 3), (5,), (1, 6), (0, 4), ()):
        counting = np.arange(np.prod(shape, dtype=int)).reshape(shape)
        layouts[f"{dtype[-2:]}{dtype[0]}{shape}"] = np.asfortranarray((counting * 3 + 1).astype(dtype))
np.savez("layouts.npz", **layouts)


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
    json.dump({"small": listed(arrays), "layouts": listed(layouts), "elements": listed(noise)}, file, indent=1)
    file.write("\n")
