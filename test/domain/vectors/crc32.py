"""Checksums of CPython's zlib for crc32-combine.test.ts: python3 crc32.py > crc32.json"""

import json
import zlib

LEFT = b"fleetdiff"
ROWS = [1, 1 << 20, (1 << 29) - 1, 1 << 29, (1 << 29) + 7, 5 << 28, (1 << 32) + 3]


def of_zeros(count, value=0):
    chunk = bytes(1 << 24)
    while count > 0:
        part = min(count, len(chunk))
        value = zlib.crc32(chunk[:part], value)
        count -= part
    return value


print(
    json.dumps(
        {
            "left": LEFT.decode(),
            "rows": [{"zeros": n, "right": of_zeros(n), "whole": of_zeros(n, zlib.crc32(LEFT))} for n in ROWS],
        },
        indent=1,
    )
)
