"""Reads a screenshot's pixels, as a camera would."""

import struct
import zlib

CHANNELS = {0: 1, 2: 3, 6: 4}  # colour types of PNG


def _chunks(png):
    at = 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        yield png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        at += length + 12


def _paeth(left, up, corner):
    guess = left + up - corner
    return min((left, up, corner), key=lambda each: abs(guess - each))


def _unfiltered(kind, line, above, step):
    row = bytearray(line)
    for at in range(len(row)):
        left = row[at - step] if at >= step else 0
        corner = above[at - step] if at >= step else 0
        added = (0, left, above[at], (left + above[at]) // 2, _paeth(left, above[at], corner))[kind]
        row[at] = (row[at] + added) % 256
    return row


def grey(png):
    """The green channel of a PNG with 8 bits a channel, as a two-dimensional view."""
    parts = list(_chunks(png))
    width, height, _, colours = struct.unpack(">IIBB", dict(parts)[b"IHDR"][:10])
    step = CHANNELS[colours]
    data = zlib.decompress(b"".join(body for name, body in parts if name == b"IDAT"))
    above, found = bytearray(width * step), bytearray()
    for y in range(height):
        start = y * (width * step + 1)
        above = _unfiltered(data[start], data[start + 1 : start + 1 + width * step], above, step)
        found += above[1 if step > 1 else 0 :: step]
    return memoryview(bytes(found)).cast("B", shape=[height, width])
